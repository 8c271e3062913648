#include "tools/quota/scenario.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <stdexcept>

namespace quota {
namespace {

using json = rapidjson::Value;

/// Takes the members of one object by name; what nobody takes is a mistake in the file.
class object {
public:
    object(const json& from, std::string where) : from_{from}, where_{std::move(where)}
    {
        if (!from.IsObject()) fail("must be an object");
    }

    const json* find(const char* name)
    {
        const auto found = from_.FindMember(name);
        if (found == from_.MemberEnd()) return nullptr;
        ++taken_;
        return &found->value;
    }
    void take(const char* name, double& into)
    {
        if (const auto* value = find(name)) into = number(*value, name);
    }
    void take(const char* name, std::optional<double>& into)
    {
        if (const auto* value = find(name)) into = number(*value, name);
    }
    void take(const char* name, int& into)
    {
        if (const auto* value = find(name)) into = static_cast<int>(number(*value, name));
    }
    void take(const char* name, std::optional<int>& into)
    {
        if (const auto* value = find(name)) into = static_cast<int>(number(*value, name));
    }
    void take(const char* name, bool& into)
    {
        if (const auto* value = find(name)) into = truth(*value, name);
    }
    void take(const char* name, std::optional<bool>& into)
    {
        if (const auto* value = find(name)) into = truth(*value, name);
    }
    void take(const char* name, std::string& into)
    {
        if (const auto* value = find(name)) {
            if (!value->IsString()) fail(std::string{name} + " must be a text");
            into = value->GetString();
        }
    }
    void each(const char* name, const std::function<void(const json&, std::string where)>& use)
    {
        const auto* list = find(name);
        if (!list) return;
        if (!list->IsArray()) fail(std::string{name} + " must be a list");
        for (const auto& one : list->GetArray()) use(one, where_ + ", " + name);
    }
    void done() const
    {
        if (taken_ != from_.MemberCount()) fail("has a member that is not known");
    }
    [[noreturn]] void fail(const std::string& why) const { throw std::runtime_error{where_ + ": " + why}; }
    [[nodiscard]] const std::string& where() const { return where_; }
    [[nodiscard]] const json& raw() const { return from_; }

private:
    bool truth(const json& value, const char* name) const
    {
        if (!value.IsBool()) fail(std::string{name} + " must be true or false");
        return value.GetBool();
    }
    double number(const json& value, const char* name) const
    {
        if (!value.IsNumber()) fail(std::string{name} + " must be a number");
        return value.GetDouble();
    }

    const json& from_;
    std::string where_;
    rapidjson::SizeType taken_ = 0;
};

counting counting_of(object& from)
{
    std::string name = "rolling_minute";
    from.take("counts", name);
    const std::map<std::string, counting> known{{"rolling_minute", counting::rolling_minute},
                                                {"token_bucket", counting::token_bucket},
                                                {"fixed_minute", counting::fixed_minute},
                                                {"provisioned", counting::provisioned}};
    const auto found = known.find(name);
    if (found == known.end()) from.fail("does not know the counting " + name);
    return found->second;
}

service_settings service_of(const json& value, const std::string& where)
{
    object from{value, where};
    service_settings made;
    made.counts = counting_of(from);
    auto tokens = static_cast<double>(made.tokens_per_minute);
    from.take("tokens_per_minute", tokens);
    made.tokens_per_minute = static_cast<std::int64_t>(tokens);
    from.take("requests_per_thousand_tokens", made.requests_per_thousand_tokens);
    from.take("charge_error", made.charge_error);
    from.take("charge_factor", made.charge_factor);
    from.take("tells_limits", made.tells_limits);
    from.take("refused_count", made.refused_count);
    from.take("longest_retry_after", made.longest_retry_after);
    from.take("part_returned", made.part_returned);
    from.done();
    return made;
}

tier_member tier_member_of(const json& value, const std::string& where)
{
    object from{value, where};
    tier_member made;
    from.take("name", made.name);
    auto tier = static_cast<int>(made.tier);
    from.take("tier", tier);
    made.tier = static_cast<std::size_t>(tier);
    if (const auto* service = from.find("service")) made.service = service_of(*service, where + ", service");
    from.done();
    return made;
}

charge_law charges_of(const json& value, const std::string& where)
{
    object from{value, where};
    charge_law made;
    from.take("median", made.median);
    from.take("sigma", made.sigma);
    from.take("least", made.least);
    from.take("most", made.most);
    from.done();
    return made;
}

worker_group group_of(const json& value, const std::string& where)
{
    object from{value, where};
    worker_group made;
    from.take("workers", made.workers);
    from.take("share", made.share);
    from.take("load", made.load);
    from.done();
    if (made.workers <= 0) throw std::runtime_error{where + ": has no workers"};
    return made;
}

happening happening_of(const json& value, const std::string& where)
{
    object from{value, where};
    happening made;
    from.take("at", made.at);
    from.take("deployment", made.deployment);
    from.take("limit", made.limit);
    from.take("down", made.down);
    from.take("tenant", made.tenant);
    from.take("active", made.active);
    from.take("members", made.members);
    from.take("alive", made.alive);
    from.done();
    return made;
}

// Each figure is [at least, at most], either of them null.
std::vector<wanted> figures_of(const json& value, const std::string& where)
{
    if (!value.IsObject()) throw std::runtime_error{where + ": must be an object"};
    std::vector<wanted> made;
    for (const auto& each : value.GetObject()) {
        if (!each.value.IsArray() || each.value.Size() != 2)
            throw std::runtime_error{where + ", " + each.name.GetString() + ": must be two numbers"};
        const auto bound = [](const json& one) {
            return one.IsNumber() ? std::optional{one.GetDouble()} : std::nullopt;
        };
        made.push_back({each.name.GetString(), bound(each.value[0]), bound(each.value[1])});
    }
    return made;
}

measurement measurement_of(const json& value, const std::string& where)
{
    object from{value, where};
    measurement made;
    from.take("name", made.name);
    from.take("from", made.from);
    from.take("to", made.to);
    if (made.to <= made.from) from.fail("must end after it has begun");
    if (const auto* figures = from.find("figures")) made.figures = figures_of(*figures, where + ", figures");
    if (const auto* aims = from.find("aims")) made.aims = figures_of(*aims, where + ", aims");
    from.done();
    return made;
}

}  // namespace

scenario read_scenario(const std::string& path)
{
    std::ifstream in{path};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    rapidjson::Document whole;
    whole.Parse<rapidjson::kParseCommentsFlag>(text.c_str());
    if (!in || whole.HasParseError())
        throw std::runtime_error{path + ": " + rapidjson::GetParseError_En(whole.GetParseError())};

    object from{whole, path};
    scenario made;
    from.take("name", made.name);
    from.take("about", made.about);
    if (const auto* service = from.find("service")) made.service = service_of(*service, path + ", service");
    from.each("deployments", [&](const json& one, const std::string& where) {
        made.deployments.push_back(tier_member_of(one, where));
    });
    from.take("spill_after", made.spill_after);
    from.take("workers", made.workers);
    from.take("members", made.members);
    from.take("active", made.active);
    from.take("load", made.load);
    from.each("groups", [&](const json& one, const std::string& where) {
        made.groups.push_back(group_of(one, where));
    });
    const auto add = [](int sum, const worker_group& each) { return sum + each.workers; };
    if (!made.groups.empty() &&
        std::accumulate(made.groups.begin(), made.groups.end(), 0, add) != made.workers)
        throw std::runtime_error{path + ": groups have other workers than there are"};
    if (const auto* charges = from.find("charges")) made.charges = charges_of(*charges, path + ", charges");
    from.take("minutes", made.minutes);
    from.take("configured", made.configured);
    from.each("happenings", [&](const json& one, const std::string& where) {
        made.happenings.push_back(happening_of(one, where));
    });
    from.each("measurements", [&](const json& one, const std::string& where) {
        made.measurements.push_back(measurement_of(one, where));
    });
    from.done();
    return made;
}

}  // namespace quota
