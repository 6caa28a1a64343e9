// What the specification counts beside what the device ledger holds: missing and too many, in all and by
// site.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"

namespace yagura::web {
namespace {

using contract::Equipment;
using contract::Pack;

struct Counted {
  std::int64_t all = 0;
  std::map<std::string, std::int64_t, std::less<>> at;  // by site of the contract
};

// The kinds that share a class are told apart by their models; nullptr: the class is none of the contract's.
const Equipment* kind_of(const Pack& pack, const std::string& device_class, const std::string& model) {
  const Equipment* only = nullptr;
  bool several = false;
  const auto folded = fold_for_search(trim(model));
  for (const auto& kind : pack.equipment) {
    if (kind.device_class.empty() || kind.device_class != device_class) continue;
    if (!folded.empty() && !kind.model.empty() &&
        fold_for_search(kind.model).find(folded) != std::string::npos)
      return &kind;
    several = several || only != nullptr;
    if (only == nullptr) only = &kind;
  }
  return several ? nullptr : only;
}

Value difference(std::optional<std::int64_t> scope, std::int64_t ledger) {
  return Value::object({{"scope", scope ? Value(*scope) : Value()},
                        {"ledger", ledger},
                        {"missing", scope ? std::max<std::int64_t>(0, *scope - ledger) : 0},
                        {"extra", scope ? std::max<std::int64_t>(0, ledger - *scope) : 0}});
}

Result<Response> list_equipment(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read|ledger_read"));
  const auto pack = api.pack(contract);
  // A row of the ledger says which site of the contract it is; a place with several rows is one site.
  std::map<Id, std::string> site_of;
  std::map<std::string, Id, std::less<>> row_of;
  YAGURA_CHECK(api.ledgers.each(contract, "sites", [&](ledger::Row&& row) {
    const auto& site = row.fields["contract_site"].text();
    if (site.empty()) return;
    site_of[row.id] = site;
    row_of.try_emplace(site, row.id);
  }));
  std::map<const Equipment*, Counted> counted;
  std::int64_t others = 0;
  YAGURA_CHECK(api.ledgers.each(contract, "devices", [&](ledger::Row&& row) {
    const auto* kind = kind_of(*pack, row.fields["class"].text(), row.fields["model"].text());
    if (kind == nullptr) {
      ++others;
      return;
    }
    auto& of = counted[kind];
    ++of.all;
    if (const auto site = site_of.find(row.fields["site"].integer()); site != site_of.end())
      ++of.at[site->second];
  }));
  Value items = Value::array();
  for (const auto& kind : pack->equipment) {
    // What is not watched as a class of device is kept in other ledgers, or in none.
    const bool kept = !kind.device_class.empty();
    const auto& of = counted[&kind];
    Value sites = Value::array();
    for (const auto& site : pack->sites)
      for (const auto& at : site.equipment) {
        if (!kept || at.of != kind.id) continue;
        const auto row = row_of.find(site.id);
        const auto there = of.at.find(site.id);
        const std::int64_t held = there == of.at.end() ? 0 : there->second;
        if (held == at.count) continue;
        auto value = difference(at.count, held);
        value.set("id", site.id);
        value.set("name", text2(site.title));
        value.set("row", row == row_of.end() ? Value() : Value(row->second));
        sites.push(std::move(value));
      }
    auto value =
        difference(kept && kind.count ? std::optional<std::int64_t>(*kind.count) : std::nullopt, of.all);
    if (!kept) value.set("scope", kind.count ? Value(*kind.count) : Value());
    value.set("id", kind.id);
    value.set("name", text2(kind.title));
    value.set("clause", kind.clause);
    value.set("category", kind.category);
    value.set("class", text_or_null(kind.device_class));
    value.set("about", kind.about);
    value.set("spare", kind.spare);
    value.set("in_ledger", kept);
    value.set("sites", std::move(sites));
    items.push(std::move(value));
  }
  return answer(Value::object({{"items", std::move(items)}, {"others", others}}));
}

}  // namespace

void add_equipment_routes(Router& router, const Api& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/equipment",
              .operation = "listEquipment",
              .handler = plain(api, list_equipment),
              .permission = "watch_read|ledger_read"});
}

}  // namespace yagura::web
