// What a caller sees of his ticket in the portal.
#include <algorithm>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"

namespace yagura::desk {

using store::Row;
using store::Session;

namespace {

// Whether the caller of a ticket wrote this himself. Before messages knew their account, the portal kept his
// name.
bool wrote(const Caller& caller, const Message& m) {
  if (m.account != 0) return m.account == caller.account;
  if (m.channel == "portal") return m.who == caller.name;
  return !caller.mail.empty() &&
         (fold_for_search(m.sender) == fold_for_search(caller.mail) ||
          fold_for_search(m.sender).contains("<" + fold_for_search(caller.mail) + ">"));
}

// The files of both tickets, with the account that uploaded each.
struct Kept {
  AttachedFile file;
  Id incident = 0, account = 0;
};

Result<std::vector<Kept>> files_in(Session& s, Id one, Id other) {
  std::vector<Kept> out;
  YAGURA_CHECK(
      s.query("SELECT f.attachment, f.name, f.type, f.sha256, f.size, f.who, f.at, f.incident, a.account FROM"
              " incident_attachment f JOIN attachment a ON a.id = f.attachment WHERE f.incident IN ($1, $2)"
              " ORDER BY f.at, f.attachment",
              one, other, [&](const Row& row) {
                out.push_back({{row.integer(0), row.string(1), row.string(2), row.string(3), row.integer(4),
                                row.string(5), row.time(6)},
                               row.integer(7),
                               row.integer(8)});
              }));
  return out;
}

}  // namespace

Result<CallersView> Incidents::callers_view(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) -> Result<CallersView> {
    CallersView out;
    YAGURA_TRY(out.incident, read(s, contract, id));
    const Caller& caller = out.incident.caller;
    const Id target = out.incident.merged_into;
    YAGURA_TRY(const auto files, files_in(s, id, target == 0 ? id : target));
    std::vector<Id> said_with;
    const auto add = [&](Message m) {
      CallersView::Said said{std::move(m)};
      for (const Id file : said.message.attachments) {
        const auto found = std::ranges::find(files, file, [](const Kept& kept) { return kept.file.id; });
        if (found != files.end()) said.files.push_back(found->file);
        said_with.push_back(file);
      }
      out.said.push_back(std::move(said));
    };
    YAGURA_TRY(auto own, messages_in(s, contract, id));
    for (auto& m : own)
      if (!m.incoming || wrote(caller, m)) add(std::move(m));
    if (target != 0) {
      YAGURA_TRY(out.merged, read(s, contract, target));
      YAGURA_TRY(auto there, messages_in(s, contract, target));
      for (auto& m : there)
        if (m.incoming && wrote(caller, m)) add(std::move(m));
      std::ranges::sort(out.said, {}, [](const CallersView::Said& one) {
        return std::pair(one.message.at, one.message.id);
      });
    }
    for (const auto& kept : files)
      if (kept.incident == id && caller.account != 0 && kept.account == caller.account &&
          std::ranges::find(said_with, kept.file.id) == said_with.end())
        out.files.push_back(kept.file);
    return out;
  });
}

}  // namespace yagura::desk
