// What a caller sees of his ticket in the portal.
#include <algorithm>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"

namespace yagura::desk {

using store::Row;
using store::Session;

namespace {

constexpr std::string_view somebody = "ご担当者";

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// The words of a name, which may be parted by either space.
std::vector<std::string> parts_of(std::string name) {
  replace_all(name, "　", " ");
  std::vector<std::string> out;
  for (const auto& part : split(name, ' '))
    if (!part.empty()) out.emplace_back(part);
  return out;
}

// Takes a caller out of a text that was written for him: his name whole, without its space and by its parts,
// his address and his extension, and what he called the matter. One letter alone is a name only before a
// title of respect.
void take_out(std::string& text, const Caller& caller, const std::string& title) {
  if (characters(title) >= 3) replace_all(text, title, "この件");
  replace_all(text, caller.mail, somebody);
  if (characters(caller.extension) >= 3) replace_all(text, caller.extension, "＊");
  replace_all(text, caller.name, somebody);
  const auto parts = parts_of(caller.name);
  if (parts.size() > 1) {
    std::string joined, wide;
    for (const auto& part : parts) {
      joined += part;
      wide += wide.empty() ? part : "　" + part;
    }
    replace_all(text, joined, somebody);
    replace_all(text, wide, somebody);
  }
  for (const auto& part : parts) {
    if (characters(part) >= 2)
      replace_all(text, part, somebody);
    else
      for (const auto* respect : {"様", "さん", "さま", "氏", "殿"})
        for (const auto* space : {"", " ", "　"})
          replace_all(text, part + space + respect, std::string(somebody) + respect);
  }
}

// Whether the caller of a ticket wrote this himself. Before messages knew their account, the portal kept his
// name.
bool wrote(const Caller& caller, const Message& m) {
  if (m.account != 0) return m.account == caller.account;
  if (m.channel == "portal") return m.who == caller.name;
  return !caller.mail.empty() &&
         (fold_for_search(m.sender) == fold_for_search(caller.mail) ||
          fold_for_search(m.sender).contains("<" + fold_for_search(caller.mail) + ">"));
}

Result<std::vector<std::pair<Caller, std::string>>> other_callers(Session& s, Id target, Id own) {
  std::vector<std::pair<Caller, std::string>> out;
  YAGURA_CHECK(
      s.query("SELECT caller_name, caller_extension, caller_mail, title FROM incident WHERE (id = $1 OR"
              " merged_into = $1) AND id <> $2",
              target, own, [&](const Row& row) {
                Caller c;
                c.name = row.string(0);
                c.extension = row.string(1);
                c.mail = row.string(2);
                out.emplace_back(std::move(c), row.string(3));
              }));
  return out;
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
    const auto add = [&](Message m, bool elsewhere, bool with_files) {
      CallersView::Said said{std::move(m), elsewhere};
      for (const Id file : said.message.attachments) {
        const auto found =
            std::ranges::find_if(files, [&](const Kept& kept) { return kept.file.id == file; });
        if (found != files.end() && with_files) said.files.push_back(found->file);
        said_with.push_back(file);
      }
      if (!with_files) said.message.attachments.clear();
      out.said.push_back(std::move(said));
    };
    YAGURA_TRY(auto own, messages_in(s, contract, id));
    for (auto& m : own)
      if (!m.incoming || wrote(caller, m)) add(std::move(m), false, true);
    if (target != 0) {
      YAGURA_TRY(out.merged, read(s, contract, target));
      YAGURA_TRY(const auto others, other_callers(s, target, id));
      YAGURA_TRY(auto there, messages_in(s, contract, target));
      for (auto& m : there) {
        // What a machine told another is that one's alone.
        if (m.incoming ? !wrote(caller, m) : m.automatic) continue;
        const bool theirs_alone = !m.incoming && out.incident.closed_at && m.at < *out.incident.closed_at;
        m.recipient.clear();
        m.subject.clear();
        if (!m.incoming)
          for (const auto& [other, title] : others) take_out(m.body, other, title);
        add(std::move(m), true, !theirs_alone);
      }
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
