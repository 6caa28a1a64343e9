// From what people and files give to what a ledger keeps, field by field.
//
// Kept form: text trimmed; integers and numbers as such; boolean; date "2026-04-28"; time RFC 3339 UTC;
//            choice its id; choices a list of ids; reference a row id; references a list; address, mac, mail,
//            phone and url in their usual form; attachment a list of ids. An empty value is null.
// Taken:     the kept form, and what offices write: 令和8年4月28日, 2026/4/28, １２３, ○, はい, a choice's or a
//            referenced row's name.
// Errors:    ledger.value_invalid (field, value, wanted), ledger.value_too_long, ledger.choice_unknown,
//            ledger.reference_unknown.
// Threads:   pure but for the resolver given.
#pragma once

#include <functional>

#include "base/id.hpp"
#include "ledger/definition.hpp"
#include "schema/value.hpp"

namespace yagura::ledger {

// Finds a referenced row by its id or by its title; none when there is no such row.
using Resolver = std::function<std::optional<Id>(std::string_view ledger, const schema::Value& id_or_title)>;

Result<schema::Value> to_kept(const Field& field, const std::vector<Choice>& choices,
                              const schema::Value& given, const Resolver& resolve);

// The text by which a unique field is compared: width, kana and case do not make two names of one.
std::string unique_key(const schema::Value& kept);

}  // namespace yagura::ledger
