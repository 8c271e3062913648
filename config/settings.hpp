#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/identity.hpp"
#include "config/kafka_auth.hpp"
#include "config/proxy.hpp"
#include "config/secret.hpp"
#include "config/units.hpp"

/// Every setting: its type, unit and default. The text that operators read is the description in
/// config/batchmill.schema.json; config/README.md says how to add a setting to both.
namespace config {

using namespace literals;

/// The steps that a job asks the service for.
enum class operation { embeddings, completions, chat, responses };

/// The URL and header forms in which the same API is spoken.
enum class api_form {
    /// {endpoint}/openai/deployments/{deployment}/...?api-version=, header `api-key`; responses are at
    /// {endpoint}/openai/responses?api-version= with the deployment in the body's `model`
    azure,
    azure_v1,  ///< {endpoint}/openai/v1/..., deployment in the body's `model`, header `api-key`
    openai     ///< {endpoint}/... where the endpoint ends in /v1, header `Authorization: Bearer`
};

/// How a record becomes a job.
enum class job_form {
    batch_line,  ///< the input line of the OpenAI and Azure Batch APIs
    record,      ///< any JSON document; the route says where the text is
    text         ///< the whole value is the text
};

/// How the numbers of a vector are published. All but json are bytes, little-endian, which a JSON value holds
/// as base64.
enum class vector_encoding {
    json,     ///< an array of numbers
    float32,  ///< IEEE 754 binary32, exactly as it came
    float16,  ///< IEEE 754 binary16, to the nearest: eleven significant bits
    int8      ///< whole numbers from -127 to 127 and one scale to multiply them with
};

/// What is published for a job that has been answered.
enum class output_form {
    result,      ///< a JSON object of our own
    batch_line,  ///< the output line of the OpenAI and Azure Batch APIs
    merge,       ///< the record, with the answer put into it
    raw          ///< the bytes of the vectors, all else in headers
};

/// Where a job that failed is told.
enum class error_rule {
    dead_letter,  ///< among the dead letters only
    inline_line   ///< also among the results, as the Batch API's error line
};

/// What happens to a record without a value, which says that a document was deleted.
enum class tombstone_rule { forward, skip, dead_letter };

/// Whose outcomes are published in the order of their records.
enum class order_rule {
    key,        ///< those with the same key; records without a key have no order
    partition,  ///< those of the same partition
    none
};

/// A key seldom has many open jobs, a partition always has.
[[nodiscard]] constexpr std::size_t default_order_ahead(order_rule order)
{
    return order == order_rule::partition ? 1000 : 16;
}

/// What becomes of a text with more tokens than the model takes.
enum class long_input_rule {
    reject,   ///< the service refuses it: a dead letter
    truncate  ///< its end is cut off
};

/// From when a deadline counts.
enum class deadline_start { read, timestamp };

/// Whose texts go first where routes share a deployment.
enum class route_priority {
    interactive,  ///< somebody waits: first, up to four fifths of what is sent
    bulk
};

/// The credential of one deployment: keys, or a sign-in at Entra ID. Neither: nothing is sent, for servers
/// without accounts.
struct auth_settings {
    std::optional<secret_reference> api_key;
    /// Sent from when the service refuses the other one, and the reverse, so that keys can be changed under
    /// a running worker.
    std::optional<secret_reference> second_api_key;
    /// What carries the key, where it is not what the api form has: API Management's, for example.
    std::optional<std::string> header;
    std::optional<entra_id_settings> entra_id;

    bool operator==(const auth_settings&) const = default;
};

/// What the operator paid for. Absent: not limited by us.
struct quota_settings {
    std::optional<tokens> tokens_per_minute;
    std::optional<requests> requests_per_minute;
    /// Which part of it the workers of this file may use together, in (0, 1]; the rest is for others.
    double share = 1;

    bool operator==(const quota_settings&) const = default;
};

/// How long each phase of a call may take before the call counts as failed.
struct call_timeouts {
    duration connect = std::chrono::seconds{10};
    duration tls = std::chrono::seconds{10};
    duration first_byte = std::chrono::minutes{5};
    duration whole = std::chrono::minutes{10};

    bool operator==(const call_timeouts&) const = default;
};

/// What has been paid for is used first.
[[nodiscard]] constexpr std::size_t default_tier(bool provisioned) { return provisioned ? 1 : 2; }

/// What the worker shows to servers that ask for a certificate. Files are read again when they change.
struct tls_identity_settings {
    std::string certificate;  ///< PEM: the worker's own, and behind it those that lead to its authority
    std::optional<std::string> key;  ///< PEM; absent: it stands in the file of the certificate
    std::optional<secret_reference> key_password;

    bool operator==(const tls_identity_settings&) const = default;
};

/// One model behind one endpoint with one quota and one credential.
struct deployment_settings {
    std::string name;
    api_form api = api_form::azure;
    std::string endpoint;    ///< scheme, host, optional port and path; no trailing slash
    std::string deployment;  ///< the deployment's name at the service; for `openai` the model
    std::string model;       ///< what the vectors are made with; never mixed within one output
    std::string api_version = "2024-10-21";  ///< `azure` only
    auth_settings auth;
    quota_settings quota;
    /// Deployments of one pool have one quota together, and all of them name it. Absent: one of its own.
    std::optional<std::string> pool;
    /// Paid for in advance, by the hour: a 429 there is ordinary flow control.
    bool provisioned = false;
    /// Routes ask deployments of lower tiers first. Filled in by the loader where the file names none.
    std::size_t tier = default_tier(false);
    call_timeouts timeouts;
    std::size_t max_concurrency = 16;
    /// As many calls in flight at once as the server can use, from here to the most. Absent: always the most.
    std::optional<std::size_t> min_concurrency;
    std::size_t max_inputs = 2048;  ///< texts in one embeddings request, prompts in one completions request
    tokens max_request_tokens = 300'000_tok;
    /// What the model takes of one text, prompt or conversation. Absent: not known.
    std::optional<tokens> max_input_tokens;
    bytes max_request_bytes = 16_MiB;
    bool allow_plain_http = false;       ///< http:// to other hosts than loopback
    std::optional<std::string> ca_file;  ///< PEM bundle used instead of the system's
    std::optional<tls_identity_settings> tls;
    /// Filled in by the loader from the common one and the environment where the deployment names none.
    /// Absent: reached directly.
    std::optional<proxy_settings> proxy;
    /// Sent along with each request, in the order of the file.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The same for values that are secrets; read when the worker starts.
    std::vector<std::pair<std::string, secret_reference>> secret_headers;

    bool operator==(const deployment_settings&) const = default;
};

/// One message of a chat prompt.
struct message_template {
    std::string role;
    std::string content;  ///< pointer or template, as route_settings::text

    bool operator==(const message_template&) const = default;
};

/// From which topics, which operation, how a record becomes a request, and where outcomes go.
struct route_settings {
    std::string name;
    std::vector<std::string> from;
    job_form jobs = job_form::record;
    operation asks = operation::embeddings;
    /// Embeddings, completions and responses of the record form: a JSON Pointer ("/body"), or a template in
    /// which
    /// {{/pointer}} stands for the string found there. Of the text form: a template in which {{}} stands for
    /// the whole value; filled in by the loader where the route names none.
    std::string text;
    /// Chat of the record and the text form; also responses, instead of a text.
    std::vector<message_template> messages;
    /// Pointer to the job's id in a record; without it the id is the outcome id.
    std::optional<std::string> id;
    /// Pointers of members that are copied into the outcome's `metadata`, keyed by their last token.
    std::vector<std::string> metadata;
    /// Further members of the request body, as one compact JSON object in the order of the file.
    std::string parameters = "{}";
    /// Members of the request body that a record may set with a header batchmill-set-NAME.
    std::vector<std::string> overrides;
    std::vector<std::string> deployments;
    /// How long a text waits for each better tier before the next one may have it.
    duration spill_after = std::chrono::seconds{5};
    /// Its part of what it shares a deployment for, beside the weights of the other routes of its priority.
    std::size_t weight = 1;
    route_priority priority = route_priority::bulk;
    std::string to;
    std::string dead_letters;
    /// Headers of records that results and tombstones carry on: names, or beginnings with a * behind them.
    std::vector<std::string> headers;
    std::string group;  ///< filled in by the loader from kafka.group where the route names none
    output_form output = output_form::result;
    std::optional<std::string> merge_at;  ///< `merge` only: pointer to where the answer goes
    error_rule errors = error_rule::dead_letter;
    vector_encoding encoding = vector_encoding::json;
    /// So many leading dimensions are published, scaled to the length that the whole vector had: what
    /// models of the Matryoshka kind are made for (https://arxiv.org/abs/2205.13147). Absent: all.
    std::optional<std::size_t> keep_dimensions;
    bool normalize = false;  ///< vectors are published with an L2 norm of one
    long_input_rule long_inputs = long_input_rule::reject;
    tombstone_rule tombstones = tombstone_rule::forward;
    order_rule order = order_rule::key;
    /// So many jobs may ask behind the first of their line that has not been published: their results are
    /// held back until then, and bought again after a crash. Filled in by the loader where the route
    /// names none.
    std::size_t order_ahead = default_order_ahead(order_rule::key);
    std::optional<duration> deadline;
    deadline_start deadline_from = deadline_start::read;
    /// So many refusals in a row with one code and no success ever stop the route; 0 never does.
    std::size_t stop_after_refusals = 20;
    /// Above this share of dead letters among the last 1,000 outcomes the route stops; absent: never.
    std::optional<double> max_dead_letter_share;

    /// A record may set that member of the request body.
    [[nodiscard]] bool leaves_to_records(std::string_view member) const;

    bool operator==(const route_settings&) const = default;
};

/// How often an outcome may be seen by readers of committed records.
enum class delivery_rule { at_least_once, exactly_once };

struct kafka_settings {
    std::string brokers;
    /// Filled in by the loader from the names of the brokers where the file says nothing.
    kafka_profile profile = kafka_profile::kafka;
    kafka_auth auth;
    /// Absent: nothing is encrypted. Filled in by the loader where there is a credential to protect.
    std::optional<kafka_tls_settings> tls;
    bool allow_plaintext = false;  ///< a credential without TLS
    std::string group = "batchmill";
    delivery_rule delivery = delivery_rule::at_least_once;
    /// exactly_once: names this process among those of its group, and nobody else at any time. Absent: the
    /// host's name and the first number that no other process here has.
    std::optional<std::string> instance;
    /// exactly_once: how long outcomes are collected before they are committed together.
    duration transaction_interval = std::chrono::milliseconds{200};
    duration commit_interval = std::chrono::seconds{1};
    /// What a commit may say about records that are done above its offset; not more than the brokers'
    /// offset.metadata.max.bytes. Filled in by the loader where the profile allows less.
    bytes commit_metadata = 4_KiB;
    /// Passed to librdkafka as they are, in the order of the file.
    std::vector<std::pair<std::string, std::string>> properties;
    /// The same for values that are secrets; read when the client is made.
    std::vector<std::pair<std::string, secret_reference>> secret_properties;

    bool operator==(const kafka_settings&) const = default;
};

/// Bounds on what the process holds at once. They stop the reading, never a job.
struct budget_settings {
    std::size_t records = 50'000;   ///< jobs read but not finished
    bytes record_bytes = 256_MiB;   ///< what they hold: records, jobs, and outcomes not yet published
    bytes prefetch_bytes = 64_MiB;  ///< fetched but not read, over all partitions

    bool operator==(const budget_settings&) const = default;
};

enum class log_level { debug, info, warning, error };

struct log_settings {
    log_level level = log_level::info;

    bool operator==(const log_settings&) const = default;
};

struct settings {
    kafka_settings kafka;
    std::vector<deployment_settings> deployments;  ///< in the order of the file
    std::vector<route_settings> routes;            ///< in the order of the file
    budget_settings budgets;
    log_settings log;
    /// After the first SIGTERM or SIGINT: how long open jobs may still finish.
    duration drain_deadline = std::chrono::seconds{25};

    /// The deployment of that name, which must exist (the loader checks every reference).
    [[nodiscard]] const deployment_settings& deployment(const std::string& name) const;

    bool operator==(const settings&) const = default;
};

}  // namespace config
