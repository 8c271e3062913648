#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/config_loading.hpp"
#include "tests/support/json_file.hpp"

// Walks the schema and asks the loader about each thing that the schema says. A setting that only one of
// the two knows, another default, another bound or another word makes a case here fail.

namespace tests {
namespace {

using rapidjson::Document;
using rapidjson::Value;

const std::string unlikely_name = "zzzzzzzzzzzzzzzz";

/// A file in which every object of the schema occurs, so that each setting has a place to be tried at.
const std::string every_object = R"({
  "kafka": { "brokers": "b:9092", "delivery": "exactly_once", "properties": {},
             "auth": { "sasl": { "mechanism": "plain", "user": "u", "password": { "env": "A" } } },
             "tls": { "certificate": "c", "key_password": { "env": "B" } } },
  "deployments": {
    "vectors": { "endpoint": "https://h", "deployment": "d", "model": "m",
                 "auth": { "api_key": { "env": "A" }, "second_api_key": { "env": "B" } },
                 "max_concurrency": 10000, "quota": {}, "timeouts": {},
                 "tls": { "certificate": "/c", "key_password": { "env": "A" } },
                 "proxy": { "url": "http://p:3128", "username": "u", "password": { "env": "A" } } },
    "writer": { "endpoint": "https://h", "deployment": "d", "model": "w",
                "auth": { "entra_id": { "client_secret": { "env": "A" }, "certificate_password": { "env": "B" } } } }
  },
  "routes": {
    "documents": { "from": "a", "operation": "embeddings", "text": "/body", "deployments": ["vectors"],
                   "to": "b", "dead_letters": "c", "deadline": "1h", "parameters": {} },
    "answers": { "from": "d", "operation": "chat", "messages": [{ "role": "user", "content": "/q" }],
                 "deployments": ["writer"], "to": "e", "dead_letters": "f" }
  },
  "proxy": { "url": "http://p:3128", "username": "u", "password": { "env": "A" } },
  "budgets": {}, "log": {}
})";

/// One of the ways to sign in at the brokers stands in every_object; these are the others.
const std::map<std::string, std::string> other_sign_ins{
    {"entra_id",
     R"({ "scope": "s", "client_secret": { "env": "A" }, "certificate_password": { "env": "B" } })"},
    {"oauth", R"({ "token_url": "https://h", "client_id": "c", "client_secret": { "env": "A" } })"},
};

/// A schema for an object, and a place in file_for() where such an object stands.
struct object_place {
    const Value* schema;
    std::vector<std::string> steps;
};

const Value& schema()
{
    static const Document document = parse_json(read_text(SOURCE_ROOT "/config/batchmill.schema.json"));
    return document;
}

/// Follows $ref and the one entry of an allOf.
const Value& resolved(const Value& of)
{
    if (of.HasMember("$ref")) {
        const std::string reference = of["$ref"].GetString();
        const auto name = reference.substr(reference.rfind('/') + 1);
        return resolved(schema()["definitions"][name.c_str()]);
    }
    if (of.HasMember("allOf")) return resolved(of["allOf"][0]);
    return of;
}

Value& at(Document& file, const std::vector<std::string>& steps)
{
    Value* here = &file;
    for (const auto& step : steps) {
        REQUIRE_MESSAGE((here->IsArray() || here->HasMember(step.c_str())), step);
        here = here->IsArray() ? &(*here)[0] : &(*here)[step.c_str()];
    }
    return *here;
}

std::string path_of(const object_place& where, const std::string& name)
{
    std::string path;
    for (const auto& step : where.steps) path += step == "0" ? "[0]" : (path.empty() ? "" : ".") + step;
    return path + (path.empty() ? "" : ".") + name;
}

/// every_object, with that way to sign in at the brokers which the place is in.
std::string file_for(const object_place& where)
{
    const auto& steps = where.steps;
    if (steps.size() < 3 || steps[0] != "kafka" || steps[1] != "auth") return every_object;
    const auto other = other_sign_ins.find(steps[2]);
    if (other == other_sign_ins.end()) return every_object;
    auto text = every_object;
    const auto begin = text.find("\"sasl\"");
    const auto end = text.find("} }", begin) + 3;
    return text.replace(begin, end - begin, '"' + other->first + "\": " + other->second);
}

/// The closed objects of the schema, each once.
void find_objects(const object_place& from, std::vector<object_place>& into)
{
    if (!from.schema->HasMember("properties")) return;
    if (from.schema->HasMember("additionalProperties") && (*from.schema)["additionalProperties"].IsFalse())
        into.push_back(from);
    for (const auto& each : (*from.schema)["properties"].GetObject()) {
        const auto& member = resolved(each.value);
        auto steps = from.steps;
        steps.emplace_back(each.name.GetString());
        if (steps.back() == "deployments") steps.emplace_back("vectors");
        if (steps.back() == "routes") steps.emplace_back("documents");
        // A key and a sign-in exclude each other.
        if (path_of({nullptr, steps}, "") == "deployments.vectors.auth.entra_id.")
            steps = {"deployments", "writer", "auth", "entra_id"};
        if (member.HasMember("items") && steps.back() == "messages") {
            steps = {"routes", "answers", "messages", "0"};
            find_objects({&resolved(member["items"]), steps}, into);
        } else if (member.HasMember("additionalProperties") && member["additionalProperties"].IsObject() &&
                   steps.size() > from.steps.size() + 1) {
            find_objects({&resolved(member["additionalProperties"]), steps}, into);
        } else if (!member.HasMember("additionalProperties") || member["additionalProperties"].IsFalse()) {
            find_objects({&member, steps}, into);
        }
    }
}

std::vector<object_place> objects()
{
    std::vector<object_place> found;
    find_objects({&schema(), {}}, found);
    return found;
}

/// file_for() with one member set to `json`, or dropped where that is empty.
std::string with_member(const object_place& where, const std::string& name, const std::string& json)
{
    auto file = parse_json(file_for(where));
    auto& object = at(file, where.steps);
    object.RemoveMember(name.c_str());
    if (!json.empty()) {
        const auto value = parse_json("[" + json + "]");
        Value key{name.c_str(), file.GetAllocator()};
        object.AddMember(key, Value{value[0], file.GetAllocator()}, file.GetAllocator());
    }
    return to_text(file);
}

/// What the loader says about the member when it is set to `json`.
std::string complaint(const object_place& where, const std::string& name, const std::string& json)
{
    std::string about;
    for (const auto& each : problems_of(with_member(where, name, json)))
        if (each.find(" " + path_of(where, name) + ": ") != std::string::npos) about += each + '\n';
    return about;
}

/// The texts between quotes after `lead`.
std::vector<std::string> quoted_after(const std::string& text, const std::string& lead)
{
    std::vector<std::string> names;
    auto begin = text.find(lead);
    REQUIRE_MESSAGE(begin != text.npos, text);
    for (begin = text.find('"', begin); begin != text.npos; begin = text.find('"', begin)) {
        const auto end = text.find('"', begin + 1);
        names.push_back(text.substr(begin + 1, end - begin - 1));
        begin = end + 1;
    }
    std::sort(names.begin(), names.end());
    return names;
}

void for_each_setting(const std::function<void(const object_place&, const std::string&, const Value&)>& visit)
{
    for (const auto& where : objects())
        for (const auto& each : (*where.schema)["properties"].GetObject())
            visit(where, each.name.GetString(), each.value);
}

/// The words of an enumeration; empty where the setting is none.
std::vector<std::string> words_of(const Value& setting)
{
    std::vector<std::string> words;
    if (!setting.HasMember("anyOf") || !setting["anyOf"][0].HasMember("enum")) return words;
    for (const auto& each : setting["anyOf"][0]["enum"].GetArray()) words.emplace_back(each.GetString());
    std::sort(words.begin(), words.end());
    return words;
}

/// The next number below or above a bound, of a fraction the next thousandth of it.
std::string beside(const Value& bound, int direction)
{
    if (bound.IsInt64()) return std::to_string(bound.GetInt64() + direction);
    return std::to_string(bound.GetDouble() * (1 + 0.001 * direction));
}

bool is_required(const object_place& where, const std::string& name)
{
    if (!where.schema->HasMember("required")) return false;
    const auto& required = (*where.schema)["required"];
    return std::any_of(required.Begin(), required.End(),
                       [&](const Value& each) { return each == name.c_str(); });
}

}  // namespace

TEST_CASE("the file that settings are tried in is good by itself")
{
    for (const auto& where : objects()) CHECK(report_of(file_for(where)).empty());
    CHECK(objects().size() == 31);
}

TEST_CASE("schema and loader know the same names in every object")
{
    for (const auto& where : objects()) {
        std::vector<std::string> in_schema;
        for (const auto& each : (*where.schema)["properties"].GetObject())
            in_schema.emplace_back(each.name.GetString());
        std::sort(in_schema.begin(), in_schema.end());
        CHECK(quoted_after(complaint(where, unlikely_name, "1"), "known here:") == in_schema);
    }
}

TEST_CASE("schema and loader have the same defaults")
{
    for_each_setting([](const object_place& where, const std::string& name, const Value& setting) {
        if (!setting.HasMember("default")) return;
        const auto with_default = with_member(where, name, to_text(setting["default"]));
        CHECK_MESSAGE(settings_of(with_default) == settings_of(with_member(where, name, "")),
                      path_of(where, name));
    });
}

TEST_CASE("a setting is required, has a default, or says what its absence means")
{
    for_each_setting([](const object_place& where, const std::string& name, const Value& setting) {
        const auto& meant = setting.HasMember("description") ? setting : resolved(setting);
        REQUIRE_MESSAGE(meant.HasMember("description"), path_of(where, name));
        const std::string description = meant["description"].GetString();
        const bool explained = description.find("Absent:") != std::string::npos;
        const int ways = static_cast<int>(is_required(where, name)) +
                         static_cast<int>(setting.HasMember("default")) + static_cast<int>(explained);
        CHECK_MESSAGE(ways == 1, path_of(where, name));
    });
}

TEST_CASE("schema and loader require the same settings")
{
    // What these depend on, a schema without `if` cannot say.
    const std::vector<std::string> conditional{
        "deployments.vectors.deployment",
        "routes.documents.text",
        "deployments.vectors.auth.api_key",
        "deployments.vectors.auth.api_key.env",
        "deployments.vectors.auth.second_api_key.env",
        "deployments.writer.auth.entra_id.client_secret.env",
        "deployments.writer.auth.entra_id.certificate_password.env",
        "kafka.auth.sasl",
        "kafka.auth.entra_id",
        "kafka.auth.entra_id.scope",
        "kafka.auth.entra_id.client_secret.env",
        "kafka.auth.entra_id.certificate_password.env",
        "kafka.auth.oauth",
        "kafka.auth.oauth.client_secret.env",
        "kafka.auth.sasl.password.env",
        "kafka.tls.certificate",
        "kafka.tls.key_password.env",
        "routes.documents.deadline",
        "deployments.vectors.tls.key_password.env",
        "deployments.vectors.proxy.username",
        "deployments.vectors.proxy.password",
        "deployments.vectors.proxy.password.env",
        "proxy.username",
        "proxy.password",
        "proxy.password.env",
    };
    for_each_setting([&](const object_place& where, const std::string& name, const Value&) {
        const auto path = path_of(where, name);
        if (std::find(conditional.begin(), conditional.end(), path) != conditional.end()) return;
        const auto report = report_of(with_member(where, name, ""));
        CHECK_MESSAGE(report.empty() != is_required(where, name), path, ": ", report);
    });
}

TEST_CASE("schema and loader know the same words")
{
    for_each_setting([](const object_place& where, const std::string& name, const Value& setting) {
        auto words = words_of(setting);
        if (words.empty()) return;
        // Known to the loader so that it can say why not yet.
        const auto said = complaint(where, name, '"' + unlikely_name + '"');
        CHECK(quoted_after(said, "must be one of") == words);
    });
}

TEST_CASE("schema and loader have the same bounds")
{
    for_each_setting([](const object_place& where, const std::string& name, const Value& setting) {
        if (!setting.HasMember("minimum")) return;
        const auto path = path_of(where, name);
        const auto& least = setting["minimum"];
        const auto& most = setting["maximum"];
        CHECK_MESSAGE(complaint(where, name, to_text(least)).empty(), path);
        CHECK_MESSAGE(complaint(where, name, to_text(most)).empty(), path);
        CHECK_MESSAGE(!complaint(where, name, beside(least, -1)).empty(), path);
        CHECK_MESSAGE(!complaint(where, name, beside(most, 1)).empty(), path);
    });
}

TEST_CASE("schema and loader keep the same parameters from records")
{
    const object_place route{nullptr, {"routes", "documents"}};
    const auto& kept = schema()["definitions"]["override"]["anyOf"][0]["not"]["enum"];
    CHECK(kept.Size() >= 10);
    for (const auto& name : kept.GetArray()) {
        const auto said = complaint(route, "overrides", to_text(name));
        CHECK_MESSAGE(said.find("may not be left to records") != std::string::npos, to_text(name), said);
    }
    for (const auto& member :
         schema()["definitions"]["route"]["properties"]["parameters"]["properties"].GetObject()) {
        const bool free = complaint(route, "overrides", to_text(member.name)).empty();
        CHECK_MESSAGE(free != member.value.HasMember("not"), to_text(member.name));
    }
}

TEST_CASE("schema and loader refuse the same properties and parameters, for the same reason")
{
    const auto& definitions = schema()["definitions"];
    const std::vector<object_place> places{
        {&definitions["kafka"]["properties"]["properties"], {"kafka", "properties"}},
        {&definitions["route"]["properties"]["parameters"], {"routes", "documents", "parameters"}},
    };
    for (const auto& where : places) {
        std::size_t refused = 0;
        for (const auto& member : (*where.schema)["properties"].GetObject()) {
            if (!member.value.HasMember("not")) continue;
            ++refused;
            const std::string description = member.value["description"].GetString();
            const auto reason = "may not be set: " + description.substr(description.find(": ") + 2);
            const auto report = report_of(with_member(where, member.name.GetString(), "\"x\""));
            CHECK_MESSAGE(report.find(reason.substr(0, reason.size() - 1)) != std::string::npos, report);
        }
        CHECK(refused >= 6);
    }
}

}  // namespace tests
