// process_meter: runs a command and says what it took. See --help.

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <CLI/CLI.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tools/broker/topic_size.hpp"

namespace {

using steady = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;
using namespace std::chrono_literals;

constexpr auto between_samples = 50ms;
constexpr seconds before_second_signal{2};
constexpr seconds before_kill{15};

constexpr auto help =
    "Runs a command, watches it, and prints one line of JSON about what it took:\n\n"
    "  process_meter --brokers 127.0.0.1:9092 --topic vectors --expect 60000 -- batchmill run -c FILE\n\n"
    "  exit_code      of the command; 128 and the signal where one ended it\n"
    "  seconds        from its start to its end\n"
    "  cpu_seconds    user and system time of all its threads, from wait4()\n"
    "  system_seconds, page_faults  the part of it spent in the kernel, and how often memory was fetched\n"
    "  rss_peak_mib   largest resident set, from wait4()\n"
    "  rss_tenth_mib  resident set when a tenth of the expected records were in the topics\n"
    "  rss_end_mib    resident set when all were there, or just before its end\n"
    "  records        in the topics at the end: high watermarks, whatever the command says of itself\n"
    "  per_second     records a second from the tenth to the last\n"
    "  settled_cpu_share  CPU seconds a second after --settle, with --stop-after\n\n"
    "Samples are taken 20 times a second. The command dies with this program.";

struct order {
    std::vector<std::string> command;
    std::string log_file;
    std::string brokers;
    std::vector<std::string> topics;
    std::int64_t expect = 0;
    std::int64_t stop_at = 0;
    double settle = 0;
    double stop_after = 0;
    double limit = 600;
};

/// A process of ours and its end.
class child {
public:
    explicit child(const order& asked) : process_{::fork()}
    {
        if (process_ < 0) throw std::runtime_error{"cannot start a process"};
        if (process_ == 0) become(asked);
    }
    ~child()
    {
        if (has_ended_) return;
        send(SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    void send(int signal) const { ::kill(process_, signal); }

    /// True from its end on; then `took` and `exit_code` are known.
    bool has_ended()
    {
        int status = 0;
        if (!has_ended_ && ::wait4(process_, &status, WNOHANG, &took) == process_) {
            has_ended_ = true;
            exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        return has_ended_;
    }

    [[nodiscard]] double resident_mib() const
    {
        std::ifstream file{"/proc/" + std::to_string(process_) + "/statm"};
        double all_pages = 0;
        double resident_pages = 0;
        file >> all_pages >> resident_pages;
        return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
    }

    /// Nothing where it is no more.
    [[nodiscard]] std::optional<seconds> cpu_time() const
    {
        clockid_t clock{};
        timespec spent{};
        if (::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &spent) != 0) return {};
        return std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec};
    }

    rusage took{};
    int exit_code = 0;

private:
    [[noreturn]] static void become(const order& asked)
    {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!asked.log_file.empty() && std::freopen(asked.log_file.c_str(), "w", stderr) == nullptr)
            ::_exit(127);
        std::vector<char*> arguments;
        for (const auto& each : asked.command) arguments.push_back(const_cast<char*>(each.c_str()));
        arguments.push_back(nullptr);
        ::dup2(STDERR_FILENO, STDOUT_FILENO);  // standard output is for the figures
        ::execvp(arguments.front(), arguments.data());
        ::_exit(127);
    }

    pid_t process_;
    bool has_ended_ = false;
};

class meter {
public:
    explicit meter(const order& asked) : asked_{asked}
    {
        if (!asked.topics.empty()) topics_.emplace(asked.brokers, asked.topics);
    }

    void run()
    {
        child watched{asked_};
        began_ = steady::now();
        while (!watched.has_ended()) {
            take_sample(watched);
            stop_if_due(watched);
            std::this_thread::sleep_for(between_samples);
        }
        took_ = steady::now() - began_;
        if (topics_) records_ = topics_->records();
        exit_code_ = watched.exit_code;
        used_ = watched.took;
    }

    void print() const
    {
        const auto& user = used_.ru_utime;
        const auto& system = used_.ru_stime;
        const auto cpu = static_cast<double>(user.tv_sec + system.tv_sec) +
                         static_cast<double>(user.tv_usec + system.tv_usec) / 1e6;
        rapidjson::StringBuffer text;
        rapidjson::Writer<rapidjson::StringBuffer> out{text};
        out.SetMaxDecimalPlaces(6);
        const auto figure = [&out](const char* name, double value) {
            out.Key(name);
            out.Double(value);
        };
        out.StartObject();
        out.Key("exit_code");
        out.Int(exit_code_);
        figure("seconds", took_.count());
        figure("cpu_seconds", cpu);
        figure("system_seconds",
               static_cast<double>(system.tv_sec) + static_cast<double>(system.tv_usec) / 1e6);
        figure("page_faults", static_cast<double>(used_.ru_minflt));
        figure("rss_peak_mib", static_cast<double>(used_.ru_maxrss) / 1024);
        figure("rss_end_mib", rss_at_end_);
        if (tenth_) {
            figure("rss_tenth_mib", tenth_->resident);
            const seconds between = last_.when - tenth_->when;
            if (between.count() > 0)
                figure("per_second", static_cast<double>(last_.records - tenth_->records) / between.count());
        }
        if (topics_) {
            out.Key("records");
            out.Int64(records_);
        }
        if (settled_cpu_share_) figure("settled_cpu_share", *settled_cpu_share_);
        out.EndObject();
        std::cout << text.GetString() << std::endl;
    }

private:
    struct sample {
        steady::time_point when;
        std::int64_t records = 0;
        double resident = 0;
        seconds cpu{};
    };

    void take_sample(const child& watched)
    {
        const auto cpu = watched.cpu_time();
        const auto resident = watched.resident_mib();
        if (!cpu || resident == 0) return;  // it is just ending
        sample taken{steady::now(), topics_ ? topics_->records() : 0, resident, *cpu};

        // The last one at which something still came in: what follows is the leaving.
        if (taken.records > last_.records) last_ = taken;
        if (!has_all_) rss_at_end_ = resident;
        has_all_ = asked_.expect > 0 && taken.records >= asked_.expect;
        if (!tenth_ && asked_.expect > 0 && taken.records * 10 >= asked_.expect) tenth_ = taken;

        const seconds since = taken.when - began_;
        if (!settled_ && since.count() >= asked_.settle) settled_ = taken;
        if (settled_ && asked_.stop_after > 0 && !stopping_since_) {
            const seconds observed = taken.when - settled_->when;
            if (observed.count() > 0)
                settled_cpu_share_ = (taken.cpu - settled_->cpu).count() / observed.count();
        }
        latest_ = taken;
    }

    void stop_if_due(const child& watched)
    {
        const seconds since = steady::now() - began_;
        if (since.count() > asked_.limit) {
            watched.send(SIGKILL);
            return;
        }
        if (!stopping_since_) {
            const bool enough = asked_.stop_at > 0 && latest_.records >= asked_.stop_at;
            const bool long_enough = asked_.stop_after > 0 && since.count() >= asked_.stop_after;
            if (!enough && !long_enough) return;
            watched.send(SIGTERM);
            stopping_since_ = steady::now();
            return;
        }
        const seconds stopping = steady::now() - *stopping_since_;
        if (stopping > before_kill) {
            watched.send(SIGKILL);
        } else if (stopping > before_second_signal && !was_told_twice_) {
            watched.send(SIGTERM);
            was_told_twice_ = true;
        }
    }

    const order& asked_;
    std::optional<broker::topic_sizes> topics_;
    steady::time_point began_;
    seconds took_{};
    sample last_;
    sample latest_;
    std::optional<sample> tenth_;
    std::optional<sample> settled_;
    std::optional<double> settled_cpu_share_;
    std::optional<steady::time_point> stopping_since_;
    bool was_told_twice_ = false;
    bool has_all_ = false;
    double rss_at_end_ = 0;
    std::int64_t records_ = 0;
    int exit_code_ = 0;
    rusage used_{};
};

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{help};
    program.add_option("command", asked.command, "What to run, after --")->required();
    program.add_option("--log", asked.log_file, "File for what the command prints");
    program.add_option("--brokers", asked.brokers, "Bootstrap address, with --topic");
    program.add_option("--topic", asked.topics,
                       "Count the records of this topic; may be given several times");
    program.add_option("--expect", asked.expect, "So many records are to come");
    program.add_option("--stop-at", asked.stop_at, "Send SIGTERM when so many are there");
    program.add_option("--settle", asked.settle, "Seconds after which settled_cpu_share begins");
    program.add_option("--stop-after", asked.stop_after, "Send SIGTERM after so many seconds");
    program.add_option("--limit", asked.limit, "Kill it after so many seconds")->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    try {
        meter watching{asked};
        watching.run();
        watching.print();
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "process_meter: " << problem.what() << '\n';
        return 1;
    }
}
