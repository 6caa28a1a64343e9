#include "web/api/ledger_json.hpp"

#include <map>

namespace yagura::web {

using ledger::Definition;
using ledger::Field;
using ledger::Row;
using ledger::Type;

namespace {

Value choices_value(const std::vector<ledger::Choice>& choices) {
  return Value(each_of(choices, [](const ledger::Choice& c) {
    return Value::object({{"id", c.id}, {"name", text2(c.name)}});
  }));
}

Value field_value(const Api& api, const std::string& contract, const Field& f) {
  Value out = Value::object({{"id", f.id},
                             {"name", text2(f.name)},
                             {"type", Value(ledger::name_of(f.type))},
                             {"required", f.required},
                             {"unique", f.unique},
                             {"personal", f.personal},
                             {"in_list", f.in_list}});
  if (!f.ledger.empty()) out.set("ledger", f.ledger);
  if (f.type == Type::choice || f.type == Type::choices)
    out.set("choices", choices_value(api.ledgers.choices(contract, f)));
  if (f.help) out.set("help", text2(*f.help));
  return out;
}

template <class Use>
void each_id(const Value& value, Use&& use) {
  if (value.kind() == Value::Kind::integer) use(value.integer());
  for (const auto& item : value.items()) use(item.integer());
}

// What ids and choices of many rows are called, asked for once per ledger and not per row.
class Shown {
 public:
  Shown(const Request& request, const Definition& d) : request_(request), d_(d) {}

  Result<void> learn(const Api& api, const std::string& contract, const std::vector<Row>& rows) {
    std::map<std::string, std::vector<Id>> wanted;
    for (const auto& f : d_.fields) {
      if (f.type == Type::choice || f.type == Type::choices)
        for (const auto& c : api.ledgers.choices(contract, f)) choices_[f.id][c.id] = said(c.name, request_);
      if (f.type == Type::reference || f.type == Type::references)
        for (const auto& row : rows)
          each_id(row.fields[f.id], [&](Id id) { wanted[f.ledger].push_back(id); });
    }
    for (auto& [name, ids] : wanted) {
      YAGURA_TRY(auto titles, api.ledgers.titles(contract, name, std::move(ids)));
      titles_.merge(titles);
    }
    return {};
  }

  [[nodiscard]] Value of(const Row& row) const {
    Value out = Value::object();
    for (const auto& f : d_.fields) {
      const auto text = words_of(f, row.fields[f.id]);
      if (!text.empty()) out.set(f.id, text);
    }
    return out;
  }

 private:
  [[nodiscard]] std::string words_of(const Field& f, const Value& value) const {
    std::string text;
    const auto add = [&](const std::string& one) {
      if (one.empty()) return;
      if (!text.empty()) text += request_.language == Language::ja ? "、" : ", ";
      text += one;
    };
    if (f.type == Type::reference || f.type == Type::references)
      each_id(value, [&](Id id) {
        if (const auto title = titles_.find(id); title != titles_.end()) add(title->second);
      });
    if (const auto known = choices_.find(f.id); known != choices_.end()) {
      const auto name = [&](const std::string& id) {
        const auto choice = known->second.find(id);
        add(choice == known->second.end() ? id : choice->second);
      };
      if (value.is_text()) name(value.text());
      for (const auto& item : value.items()) name(item.text());
    }
    return text;
  }

  const Request& request_;
  const Definition& d_;
  std::map<std::string, std::map<std::string, std::string>> choices_;  // field -> choice -> name
  std::map<Id, std::string> titles_;
};

}  // namespace

Value ledger_value(const Api& api, const Request& request, const std::string& contract, const Definition& d,
                   std::int64_t count) {
  Value out = Value::object(
      {{"id", d.id},
       {"name", text2(d.name)},
       {"title_field", d.title},
       {"may_write", may(request, contract, "ledger_write")},
       {"personal", d.personal()},
       {"count", count},
       {"fields", Value(each_of(d.fields, [&](const Field& f) { return field_value(api, contract, f); }))}});
  if (d.timeline)
    out.set("timeline", Value::object({{"from", d.timeline->from},
                                       {"until", d.timeline->until},
                                       {"done", text_or_null(d.timeline->done)},
                                       {"group", text_or_null(d.timeline->group)}}));
  return out;
}

Result<std::vector<Value>> row_values(const Api& api, const Request& request, const std::string& contract,
                                      const Definition& d, const std::vector<Row>& rows) {
  Shown shown(request, d);
  YAGURA_CHECK(shown.learn(api, contract, rows));
  return each_of(rows, [&](const Row& row) {
    return Value::object({{"id", row.id},
                          {"version", row.version},
                          {"title", row.title},
                          {"fields", row.fields},
                          {"shown", shown.of(row)},
                          {"changed", time_value(row.changed)},
                          {"deleted", row.deleted}});
  });
}

Value changes_value(const Definition& d, const Value& changes, bool personal) {
  Value out = Value::array();
  for (const auto& [field, change] : changes.members()) {
    const Field* f = d.field(field);
    Value one = Value::object({{"field", field}});
    if (personal || !f || !f->personal) {
      one.set("before", change["before"]);
      one.set("after", change["after"]);
    }
    out.push(std::move(one));
  }
  return out;
}

}  // namespace yagura::web
