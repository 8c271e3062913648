#include "tools/simulator/control.hpp"

#include <stdexcept>

#include "tools/simulator/api_error.hpp"
#include "tools/simulator/fault_reader.hpp"
#include "tools/simulator/quota_json.hpp"
#include "tools/simulator/uri.hpp"

namespace simulator {
namespace {

http_answer json(std::string body)
{
    return {.status = 200, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
}

http_answer no_content() { return {.status = 204, .headers = {}, .body = {}}; }

}  // namespace

http_answer control::answer(const http_request& request, quota::time_point now)
{
    const auto [path, query] = split_target(request.target);
    const auto name = path.substr(prefix.size());
    if (name == "account") return answer_account(request.method);
    if (name == "faults") return answer_faults(request);
    if (name == "quota") return answer_quota(request, now);
    if (name == "account/inputs" && request.method == "GET") {
        const auto text = query_value(query, "text");
        if (!text) return gateway_answer(400, "400", "say ?text= and one input");
        return json(to_json(account_.count_of(*text)));
    }
    return gateway_answer(404, "404", "known here: account, account/inputs?text=, faults, quota");
}

http_answer control::answer_account(std::string_view method)
{
    if (method == "GET") return json(to_json(account_.totals()));
    if (method != "DELETE") return gateway_answer(405, "405", "GET or DELETE");
    account_.clear();
    return no_content();
}

http_answer control::answer_faults(const http_request& request)
{
    if (request.method == "DELETE") {
        faults_.set({});
        return no_content();
    }
    if (request.method != "PUT") return gateway_answer(405, "405", "PUT or DELETE");
    try {
        faults_.set(read_faults(request.body));
    } catch (const std::invalid_argument& why) {
        return gateway_answer(400, "400", why.what());
    }
    return no_content();
}

http_answer control::answer_quota(const http_request& request, quota::time_point now)
{
    if (request.method == "GET") return json(to_json(quota_.limits(), quota_.counts(now)));
    if (request.method == "DELETE") {
        quota_.set({}, now);
        return no_content();
    }
    if (request.method != "PUT") return gateway_answer(405, "405", "GET, PUT or DELETE");
    try {
        quota_.set(read_quota_limits(request.body), now);
    } catch (const std::invalid_argument& why) {
        return gateway_answer(400, "400", why.what());
    }
    return no_content();
}

}  // namespace simulator
