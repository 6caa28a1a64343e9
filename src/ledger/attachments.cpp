// Files that rows, notes, forms and deliverables refer to: kept once they were looked at, gone when nobody
// uses them.
#include <openssl/evp.h>

#include <array>

#include "base/text.hpp"
#include "ledger/ledgers.hpp"
#include "ledger/virus_scan.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

namespace {

constexpr std::size_t attachment_most = 20U << 20;
// How long an upload may wait for the form it belongs to.
constexpr Duration unused_for = std::chrono::hours(24);

}  // namespace

namespace {

// A name that can stand on a screen, in a header and on a disk and be read as what it is: no part of a path,
// no control character, nothing that turns the direction of reading round ("exe.jpg" that ends in .exe).
bool safe_file_name(std::string_view name) {
  if (trim(name).empty() || name.starts_with('.')) return false;
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '"') return false;
  // U+0080-U+009F, U+200B-U+200F, U+2028-U+202E, U+2060-U+206F, U+FEFF in UTF-8.
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    const auto byte = [&](std::size_t k) {
      return i + k < name.size() ? static_cast<unsigned char>(name[i + k]) : 0U;
    };
    if (byte(0) == 0xC2 && byte(1) < 0xA0) return false;
    if (byte(0) == 0xE2 && byte(1) == 0x80 &&
        ((byte(2) >= 0x8B && byte(2) <= 0x8F) || (byte(2) >= 0xA8 && byte(2) <= 0xAE)))
      return false;
    if (byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA0 && byte(2) <= 0xAF) return false;
    if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return false;
  }
  return true;
}

std::string sha256_of(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  const int hashed = EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  YAGURA_ASSERT(hashed == 1);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string subject_of(Id attachment) { return "attachment/" + std::to_string(attachment); }

Error infected(const std::string& name, const std::string& found) {
  return {"ledger.attachment_infected", {{"name", name}, {"found", found}}};
}

}  // namespace

Result<Attachment> Ledgers::attach(const journal::Actor& by, std::string_view contract,
                                   const std::string& name, const std::string& type, std::string_view bytes) {
  if (bytes.size() > attachment_most) return fail("ledger.attachment_too_large", {{"limit", "20 MB"}});
  Attachment a{
      at_.ids.next(), name.substr(0, 200), type.substr(0, 100), {}, static_cast<std::int64_t>(bytes.size())};
  if (a.name.empty() || !is_utf8(a.name) || !safe_file_name(a.name)) return fail("ledger.attachment_name");
  a.sha256 = sha256_of(bytes);
  if (at_.scanner != nullptr) {
    const auto found = at_.scanner->scan(bytes);
    a.scan = found ? "clean" : "waiting";
    if (found && *found) {
      // The file is not kept; that it was sent is.
      YAGURA_CHECK(at_.database.write([&](Session& s) {
        return at_.journal.append(
            s, {std::string(contract), by, "attachment.infected", subject_of(a.id),
                Value::object({{"name", a.name}, {"sha256", a.sha256}, {"found", **found}})});
      }));
      return std::unexpected(infected(a.name, **found));
    }
  }
  return at_.database.write([&](Session& s) -> Result<Attachment> {
    YAGURA_CHECK(s.exec(
        "INSERT INTO attachment (id, contract, name, type, size, sha256, data, at, scan, account, used)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
        a.id, contract, a.name, a.type, a.size, a.sha256, store::Bytes{bytes}, at_.clock.now(), a.scan,
        by.account));
    YAGURA_CHECK(
        at_.journal.append(s, {std::string(contract), by, "ledger.attached", subject_of(a.id),
                               Value::object({{"name", a.name}, {"sha256", a.sha256}, {"scan", a.scan}})}));
    return a;
  });
}

Result<std::pair<Attachment, std::string>> Ledgers::attachment(std::string_view contract, Id id, Id asks) {
  std::optional<std::pair<Attachment, std::string>> found;
  Id owner = 0;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT id, name, type, sha256, size, scan, account, data FROM attachment WHERE id = $1 AND"
        " contract = $2",
        id, contract, [&](const store::Row& row) {
          found.emplace(Attachment{row.integer(0), row.string(1), row.string(2), row.string(3),
                                   row.integer(4), row.string(5)},
                        std::string(row.bytes(7)));
          owner = row.integer(6);
        });
  }));
  if (!found) return fail("ledger.row_not_found");
  if (found->first.scan == "infected") return std::unexpected(infected(found->first.name, ""));
  if (found->first.scan == "waiting" && (asks == 0 || asks != owner))
    return fail("ledger.attachment_waiting_conflict", {{"name", found->first.name}});
  return std::move(*found);
}

Result<int> Ledgers::scan_waiting(int at_most) {
  if (at_.scanner == nullptr) return 0;
  std::vector<std::pair<std::string, Id>> waiting;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT contract, id FROM attachment WHERE scan = 'waiting' ORDER BY id LIMIT $1", at_most,
                   [&](const store::Row& row) { waiting.emplace_back(row.string(0), row.integer(1)); });
  }));
  int scanned = 0;
  for (const auto& [contract, id] : waiting) {
    std::string bytes, name, sha256;
    YAGURA_CHECK(at_.database.read([&](Session& s) {
      return s.query("SELECT data, name, sha256 FROM attachment WHERE id = $1", id,
                     [&](const store::Row& row) {
                       bytes = row.bytes(0);
                       name = row.string(1);
                       sha256 = row.string(2);
                     });
    }));
    // Of a scanner that is still away there is nothing to expect for the others either.
    YAGURA_TRY(const auto found, at_.scanner->scan(bytes));
    YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
      if (!found)
        YAGURA_CHECK(s.exec("UPDATE attachment SET scan = 'clean' WHERE id = $1", id));
      else
        YAGURA_CHECK(s.exec("UPDATE attachment SET scan = 'infected', data = $2 WHERE id = $1", id,
                            store::Bytes{std::string_view{}}));
      Value data = Value::object({{"name", name}, {"sha256", sha256}});
      if (found) data.set("found", *found);
      YAGURA_CHECK(at_.journal.append(s, {contract,
                                          {},
                                          found ? "attachment.infected" : "attachment.scanned",
                                          subject_of(id),
                                          std::move(data)}));
      return {};
    }));
    ++scanned;
  }
  return scanned;
}

Result<int> Ledgers::remove_unused(const AttachmentUse& used, int at_most) {
  struct Candidate {
    Id id;
    std::string contract, name, sha256;
  };
  std::vector<Candidate> candidates;
  const Time before = at_.clock.now() - unused_for;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        // In the order of attachment_unused: by id SQLite would read every file that there is.
        "SELECT id, contract, name, sha256 FROM attachment WHERE used = 0 AND at < $1 ORDER BY at LIMIT $2",
        before, at_most, [&](const store::Row& row) {
          candidates.push_back({row.integer(0), row.string(1), row.string(2), row.string(3)});
        });
  }));
  int removed = 0;
  for (const auto& c : candidates) {
    YAGURA_TRY(const bool was_used,
               at_.database.read([&](Session& s) { return used(s, c.contract, c.id, true); }));
    YAGURA_CHECK(at_.database.write([&](Session& s) -> Result<void> {
      // Somebody may just have taken it; where it takes long to look was looked at a moment ago.
      bool in_use = was_used;
      if (!in_use) {
        YAGURA_TRY(in_use, used(s, c.contract, c.id, false));
      }
      if (in_use) {
        YAGURA_CHECK(s.exec("UPDATE attachment SET used = 1 WHERE id = $1", c.id));
        return {};
      }
      YAGURA_CHECK(s.exec("DELETE FROM attachment WHERE id = $1", c.id));
      YAGURA_CHECK(at_.journal.append(s, {c.contract,
                                          {},
                                          "attachment.removed",
                                          subject_of(c.id),
                                          Value::object({{"name", c.name}, {"sha256", c.sha256}})}));
      ++removed;
      return {};
    }));
  }
  return removed;
}

}  // namespace yagura::ledger
