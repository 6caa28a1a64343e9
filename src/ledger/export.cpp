#include <openssl/evp.h>

#include <array>

#include "base/text.hpp"
#include "document/csv.hpp"
#include "document/xlsx_writer.hpp"
#include "ledger/writing.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

namespace {

constexpr std::size_t attachment_most = 20U << 20;

// What stands in an exported cell: words for people, which an import understands again.
class Shown {
 public:
  Shown(Ledgers& ledgers, std::string contract, const Definition& d)
      : ledgers_(ledgers), contract_(std::move(contract)) {
    for (const auto& field : d.fields)
      if (field.type == Type::choice || field.type == Type::choices)
        choices_[field.id] = ledgers.choices(contract_, field);
  }

  Result<document::Cell> cell(const Field& field, const Value& value) {
    if (value.is_null()) return document::Cell{};
    switch (field.type) {
      case Type::integer:
      case Type::number:
        return document::Cell{value.real()};
      case Type::boolean:
        return document::Cell{std::string(value.boolean() ? "はい" : "いいえ")};
      case Type::choice:
        return document::Cell{choice(field, value)};
      case Type::choices:
        return joined(value, [&](const Value& v) -> Result<std::string> { return choice(field, v); });
      case Type::reference: {
        YAGURA_TRY(auto title, reference(field, value));
        return document::Cell{std::move(title)};
      }
      case Type::references:
        return joined(value, [&](const Value& v) { return reference(field, v); });
      case Type::attachment:
        return joined(value,
                      [&](const Value& v) -> Result<std::string> { return std::to_string(v.integer()); });
      default:
        return document::Cell{value.text()};
    }
  }

 private:
  std::string choice(const Field& field, const Value& value) {
    for (const auto& c : choices_[field.id])
      if (c.id == value.text()) return c.name.ja;
    return value.text();
  }
  Result<std::string> reference(const Field& field, const Value& value) {
    auto& known = titles_[field.ledger];
    const Id id = value.integer();
    if (const auto found = known.find(id); found != known.end()) return found->second;
    YAGURA_TRY(auto found, ledgers_.titles(contract_, field.ledger, {id}));
    return known[id] = found.contains(id) ? found[id] : std::to_string(id);
  }
  template <class One>
  Result<document::Cell> joined(const Value& list, One&& one) {
    std::string out;
    for (const auto& item : list.items()) {
      YAGURA_TRY(const std::string text, one(item));
      out.append(out.empty() ? "" : "、").append(text);
    }
    return document::Cell{std::move(out)};
  }

  Ledgers& ledgers_;
  const std::string contract_;
  std::map<std::string, std::vector<Choice>> choices_;
  std::map<std::string, std::map<Id, std::string>> titles_;
};

// Where the rows of an export go: a workbook or CSV.
class Sheet {
 public:
  Sheet(Ledgers::Format format, const Definition& d, Time made)
      : csv_(format == Ledgers::Format::csv),
        book_({.title = d.name.ja, .author = "Yagura", .created = made}, true) {
    if (csv_) return;
    sheet_ = book_.add_sheet(d.name.ja, {.landscape = true, .header_rows = 1, .header_text = d.name.ja})
                 .value_or(0);
    head_ = book_.style({.bold = true, .border = true, .fill = 0xe8f1fe});
    plain_ = book_.style({.border = true, .wrap = true});
    book_.width(sheet_, 0, static_cast<int>(d.fields.size()), 18);
  }
  Result<void> row(const std::vector<document::Cell>& cells) {
    if (csv_) {
      std::vector<std::string> texts;
      for (const auto& cell : cells) texts.push_back(document::to_text(cell));
      return writer_.row(texts);
    }
    for (std::size_t i = 0; i < cells.size(); ++i)
      book_.cell(sheet_, row_, static_cast<int>(i), cells[i], row_ == 0 ? head_ : plain_);
    ++row_;
    return {};
  }
  Result<std::string> finish() { return csv_ ? Result<std::string>(writer_.take()) : book_.finish(); }

 private:
  const bool csv_;
  document::XlsxWriter book_;
  document::CsvWriter writer_;
  int sheet_ = 0, head_ = 0, plain_ = 0, row_ = 0;
};

}  // namespace

Result<std::string> Ledgers::export_rows(const Reader& reader, const ListQuery& query, Format format) {
  YAGURA_TRY(const Definition* d, definition(query.ledger));
  Shown shown(*this, query.contract, *d);
  Sheet sheet(format, *d, at_.clock.now());
  std::vector<document::Cell> head{document::Cell{std::string("ID")}};
  for (const auto& field : d->fields) head.emplace_back(field.name.ja);
  YAGURA_CHECK(sheet.row(head));
  ListQuery page_query = query;
  page_query.limit = 500;
  std::int64_t rows = 0;
  do {
    YAGURA_TRY(const Page page, list(reader, page_query));
    for (const auto& row : page.rows) {
      std::vector<document::Cell> cells{document::Cell{std::to_string(row.id)}};
      for (const auto& field : d->fields) {
        YAGURA_TRY(auto cell, shown.cell(field, row.fields[field.id]));
        cells.push_back(std::move(cell));
      }
      YAGURA_CHECK(sheet.row(cells));
      ++rows;
    }
    page_query.cursor = page.next;
  } while (!page_query.cursor.empty());
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return at_.journal.append(
        s, {query.contract, reader.actor, "ledger.exported", "ledger/" + d->id,
            Value::object({{"rows", rows}, {"personal", reader.personal && d->personal()}})});
  }));
  return sheet.finish();
}

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

}  // namespace

Result<Attachment> Ledgers::attach(const journal::Actor& by, std::string_view contract,
                                   const std::string& name, const std::string& type, std::string_view bytes) {
  if (bytes.size() > attachment_most) return fail("ledger.attachment_too_large", {{"limit", "20 MB"}});
  Attachment a{
      at_.ids.next(), name.substr(0, 200), type.substr(0, 100), {}, static_cast<std::int64_t>(bytes.size())};
  if (a.name.empty() || !is_utf8(a.name) || !safe_file_name(a.name)) return fail("ledger.attachment_name");
  std::array<unsigned char, 32> digest{};
  const int hashed = EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  YAGURA_ASSERT(hashed == 1);
  a.sha256 = to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
  return at_.database.write([&](Session& s) -> Result<Attachment> {
    YAGURA_CHECK(
        s.exec("INSERT INTO attachment (id, contract, name, type, size, sha256, data, at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
               a.id, contract, a.name, a.type, a.size, a.sha256, store::Bytes{bytes}, at_.clock.now()));
    YAGURA_CHECK(at_.journal.append(
        s, {std::string(contract), by, "ledger.attached", "attachment/" + std::to_string(a.id),
            Value::object({{"name", a.name}, {"sha256", a.sha256}})}));
    return a;
  });
}

Result<std::pair<Attachment, std::string>> Ledgers::attachment(std::string_view contract, Id id) {
  std::optional<std::pair<Attachment, std::string>> found;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT id, name, type, sha256, size, data FROM attachment WHERE id = $1 AND contract = $2", id,
        contract, [&](const store::Row& row) {
          found.emplace(
              Attachment{row.integer(0), row.string(1), row.string(2), row.string(3), row.integer(4)},
              std::string(row.bytes(5)));
        });
  }));
  if (!found) return fail("ledger.row_not_found");
  return std::move(*found);
}

}  // namespace yagura::ledger
