#include "config/object_reader.hpp"

#include <algorithm>

#include "config/nearest.hpp"

namespace config {

object_reader::object_reader(const node& object, const value_reader& values)
    : object_{&object}, values_{&values}
{
    values.expect(node::kind::object, object);
}

const node* object_reader::find(std::string_view name)
{
    known_.push_back(name);
    return object_->find(name);
}

const node* object_reader::require(std::string_view name)
{
    const auto* found = find(name);
    if (found == nullptr && object_->is == node::kind::object)
        values_->report(*object_, "needs the setting " + in_quotes(name));
    return found;
}

void object_reader::finish() const
{
    for (const auto& each : object_->members) {
        if (std::find(known_.begin(), known_.end(), each.name) != known_.end()) continue;
        values_->problems().report(each.offset, each.value.path, unknown_setting(each.name, known_));
    }
}

}  // namespace config
