#include "yagura/clock_commands.hpp"

#include "contract/pack.hpp"
#include "desk/incidents.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"
#include "yagura/folders.hpp"

namespace yagura::apps {

Result<int> recount_clocks(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"database", "contract", "packs"}, {"write"}, 0));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const auto contract, given.need("contract"));
  const auto folder =
      given.has("packs") ? std::filesystem::path(given.get("packs")) / contract : pack_folder(contract);
  YAGURA_TRY(auto loaded, contract::load_pack(folder));
  const auto pack = std::make_shared<const contract::Pack>(std::move(loaded));
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  IdSource ids(clock);
  notify::Contacts contacts({*database, *journal, clock, ids});
  desk::Incidents incidents(
      {*database, *journal, clock, ids, contacts},
      [&](std::string_view id) { return id == pack->id ? pack : nullptr; },
      [](std::string_view, const contract::ContactStep&) -> Result<std::vector<notify::Recipient>> {
        return std::vector<notify::Recipient>{};
      });
  const bool write = given.has("write");
  YAGURA_TRY(const auto done, incidents.recount(pack->id, console(), write));
  const bool ja = spoken_language() == schema::Language::ja;
  out << (ja ? "数え直した時計: " : "clocks counted: ") << done.clocks << "\n"
      << (ja ? "記録と違うもの: " : "differ: ") << done.differ << "\n";
  if (write) out << (ja ? "書き直したもの: " : "put right: ") << done.changed << "\n";
  for (const auto& [number, rule] : done.which) {
    const auto* known = pack->clock(rule);
    out << "  " << number << "  " << (known ? (ja ? known->rule.title.ja : known->rule.title.en) : rule)
        << "\n";
  }
  return done.differ > 0 && !write ? exit_failed : 0;
}

}  // namespace yagura::apps
