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
  YAGURA_TRY(const Definition* d, definition(query.contract, query.ledger));
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

}  // namespace yagura::ledger
