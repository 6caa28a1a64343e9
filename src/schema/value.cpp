#include "schema/value.hpp"

#include <algorithm>

namespace yagura::schema {

Value Value::object(Members members) {
  Value v;
  v.kind_ = Kind::object;
  v.members_ = std::move(members);
  return v;
}

double Value::real() const {
  if (kind_ == Kind::real) return real_;
  return kind_ == Kind::integer ? static_cast<double>(integer_) : 0.0;
}

const Value* Value::find(std::string_view name) const {
  for (const auto& [key, value] : members_)
    if (key == name) return &value;
  return nullptr;
}

Value* Value::find(std::string_view name) {
  return const_cast<Value*>(static_cast<const Value*>(this)->find(name));
}

const Value& Value::operator[](std::string_view name) const {
  static const Value null;
  const Value* found = find(name);
  return found ? *found : null;
}

Value& Value::set(std::string_view name, Value value) {
  if (kind_ == Kind::null) kind_ = Kind::object;
  YAGURA_ASSERT(kind_ == Kind::object);
  if (Value* found = find(name)) {
    *found = std::move(value);
  } else {
    members_.emplace_back(std::string(name), std::move(value));
  }
  return *this;
}

Value& Value::push(Value value) {
  if (kind_ == Kind::null) kind_ = Kind::array;
  YAGURA_ASSERT(kind_ == Kind::array);
  items_.push_back(std::move(value));
  return *this;
}

bool Value::operator==(const Value& other) const {
  if (is_number() && other.is_number() && kind_ != other.kind_) return real() == other.real();
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case Kind::null:
      return true;
    case Kind::boolean:
    case Kind::integer:
      return integer_ == other.integer_;
    case Kind::real:
      return real_ == other.real_;
    case Kind::text:
      return text_ == other.text_;
    case Kind::array:
      return items_ == other.items_;
    case Kind::object:
      return members_.size() == other.members_.size() &&
             std::ranges::all_of(members_, [&](const auto& member) {
               const Value* theirs = other.find(member.first);
               return theirs && *theirs == member.second;
             });
  }
  return false;
}

}  // namespace yagura::schema
