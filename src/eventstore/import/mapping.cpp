#include "eventstore/import/mapping.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::eventstore {

std::span<const std::pair<std::string_view, TextEncoding>> enum_names(TextEncoding) {
  static constexpr std::pair<std::string_view, TextEncoding> names[] = {
      {"utf-8", TextEncoding::utf8}, {"cp932", TextEncoding::cp932}, {"utf-16", TextEncoding::utf16}};
  return names;
}
std::span<const std::pair<std::string_view, RecordForm>> enum_names(RecordForm) {
  static constexpr std::pair<std::string_view, RecordForm> names[] = {{"csv", RecordForm::csv},
                                                                      {"jsonl", RecordForm::jsonl}};
  return names;
}
template <class V>
void shape(V& v, MappingFile::Title& t) {
  v.required("ja", t.ja);
  v.required("en", t.en);
}
template <class V>
void shape(V& v, MappingFile::When& t) {
  v.required("columns", t.columns);
  v.required("format", t.format);
  v.optional("zone", t.zone);
}
template <class V>
void shape(V& v, MappingFile& f) {
  v.required("import", f.import);
  v.required("title", f.title);
  v.required("reference", f.reference);
  v.required("kind", f.kind);
  v.required("format", f.format);
  v.optional("encoding", f.encoding);
  v.optional("delimiter", f.delimiter);
  v.optional("header", f.header);
  v.required("time", f.time);
  v.required("fields", f.fields);
  v.optional("values", f.values);
  v.optional("constant", f.constant);
}

namespace {

std::unexpected<Error> invalid(const std::string& import, std::string reason) {
  return fail("eventstore.import_mapping_invalid", {{"file", import}, {"reason", std::move(reason)}});
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

// Up to `most` digits from the front.
std::optional<std::int64_t> digits(std::string_view& text, std::size_t most) {
  std::size_t length = 0;
  while (length < text.size() && length < most && text[length] >= '0' && text[length] <= '9') ++length;
  const auto out = number(text.substr(0, length));
  text.remove_prefix(length);
  return out;
}

std::optional<std::chrono::minutes> zone_of(std::string_view& text) {
  if (text.starts_with('Z')) {
    text.remove_prefix(1);
    return std::chrono::minutes(0);
  }
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = digits(text, 2);
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto minutes = digits(text, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

// {"event": {"user": …}} by "event.user"; texts, numbers and booleans as text.
std::string json_text(const schema::Value& value, std::string_view path) {
  const schema::Value* at = &value;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    at = at->find(std::string(path.substr(0, dot)));
    if (!at) return {};
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  if (at->is_null()) return {};
  if (at->is_text()) return at->text();
  return schema::to_json(*at);
}

}  // namespace

std::optional<Time> read_time(std::string_view text, std::string_view format, std::chrono::minutes zone) {
  std::int64_t year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, micros = 0;
  const auto take = [&](std::size_t most, std::int64_t& into) {
    const auto read = digits(text, most);
    into = read.value_or(0);
    return read.has_value();
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == ' ') {
      while (text.starts_with(' ')) text.remove_prefix(1);
      continue;
    }
    if (format[i] != '%' || i + 1 == format.size()) {
      if (!text.starts_with(format[i])) return std::nullopt;
      text.remove_prefix(1);
      continue;
    }
    switch (format[++i]) {
      case 'Y':
        if (!take(4, year)) return std::nullopt;
        break;
      case 'm':
        if (!take(2, month)) return std::nullopt;
        break;
      case 'd':
        if (!take(2, day)) return std::nullopt;
        break;
      case 'H':
        if (!take(2, hour)) return std::nullopt;
        break;
      case 'M':
        if (!take(2, minute)) return std::nullopt;
        break;
      case 'S':
        if (!take(2, second)) return std::nullopt;
        break;
      case 'f': {
        const auto before = text.size();
        if (!take(6, micros)) return std::nullopt;
        for (auto length = before - text.size(); length < 6; ++length) micros *= 10;
        while (!text.empty() && text[0] >= '0' && text[0] <= '9') text.remove_prefix(1);
        break;
      }
      case 'z': {
        const auto read = zone_of(text);
        if (!read) return std::nullopt;
        zone = *read;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!text.empty() || !date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::microseconds(micros) - zone;
}

Result<Mapping> Mapping::read(const std::filesystem::path& file, const Kinds& kinds) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  YAGURA_TRY(auto out, schema::read<MappingFile>(value));
  if (out.import != file.stem().string()) return invalid(file.string(), "import is not the file's name");
  return make(std::move(out), kinds);
}

Result<Mapping> Mapping::make(MappingFile file, const Kinds& kinds) {
  const auto kind = kinds.find(file.kind);
  if (kind == kinds.end()) return fail("eventstore.kind_unknown", {{"kind", file.kind}});
  if (file.delimiter == "tab") file.delimiter = "\t";
  Mapping out(std::move(file), kind->second);
  YAGURA_CHECK(out.plan());
  return out;
}

Result<void> Mapping::plan() {
  if (file_.delimiter.size() != 1 || std::string_view("\"\r\n").contains(file_.delimiter[0]))
    return invalid(file_.import, "delimiter is one character, or tab");
  std::string_view zone = file_.time.zone;
  const auto offset = zone_of(zone);
  if (!offset || !zone.empty()) return invalid(file_.import, "zone is +09:00 or like it");
  zone_ = *offset;
  if (file_.time.columns.empty()) return invalid(file_.import, "time has no columns");
  const bool by_number = file_.format == RecordForm::csv && !file_.header;
  const auto place = [&](const std::string& column) -> Result<std::size_t> {
    if (!by_number) return std::size_t{0};
    const auto at = number(column);
    if (!at || *at < 1 || *at > 1000)
      return invalid(file_.import, "without a header a column is a number from 1: " + column);
    return static_cast<std::size_t>(*at) - 1;
  };
  const auto field_of = [&](const std::string& name) -> Result<std::size_t> {
    const auto at = kind_->index_of(name);
    if (!at) return fail("eventstore.field_unknown", {{"kind", kind_->kind}, {"field", name}});
    return *at;
  };
  for (const auto& column : file_.time.columns) {
    YAGURA_TRY(const auto at, place(column));
    time_places_.push_back(at);
  }
  for (const auto& [name, column] : file_.fields) {
    YAGURA_TRY(const auto field, field_of(name));
    YAGURA_TRY(const auto at, place(column));
    pieces_.push_back({field, column, at});
  }
  for (const auto& [name, ignored] : file_.values)
    if (!file_.fields.contains(name))
      return invalid(file_.import, "values of a field that has no column: " + name);
  for (const auto& [name, value] : file_.constant) {
    YAGURA_TRY(const auto field, field_of(name));
    if (kind_->fields[field].type == FieldType::number || file_.fields.contains(name))
      return invalid(file_.import, "constant is of a text that has no column: " + name);
    constants_.emplace_back(field, value);
  }
  return {};
}

RecordReader::Options Mapping::reading() const { return {file_.format, file_.encoding, file_.delimiter[0]}; }

std::string Mapping::begin(const RecordReader::Record& record) {
  if (file_.format != RecordForm::csv || !file_.header) return {};
  if (!record.fault.empty()) return std::string(record.fault);
  const auto find = [&](const std::string& column, std::size_t& place) {
    const auto at =
        std::ranges::find_if(record.cells, [&](const auto& cell) { return trim(cell) == column; });
    place = static_cast<std::size_t>(at - record.cells.begin());
    return at != record.cells.end();
  };
  for (std::size_t i = 0; i < time_places_.size(); ++i)
    if (!find(file_.time.columns[i], time_places_[i])) return "no column " + file_.time.columns[i];
  for (auto& piece : pieces_)
    if (!find(piece.column, piece.place)) return "no column " + piece.column;
  width_ = record.cells.size();
  return {};
}

std::string Mapping::columns_of(const RecordReader::Record& record) {
  texts_.clear();
  if (file_.format == RecordForm::jsonl) {
    const auto value = schema::parse_json(record.cells.front());
    if (!value || !value->is_object()) return "json";
    for (const auto& column : file_.time.columns) texts_.push_back(json_text(*value, column));
    for (const auto& piece : pieces_) texts_.push_back(json_text(*value, piece.column));
    return {};
  }
  if (width_ != 0 && record.cells.size() != width_)
    return "columns: " + std::to_string(record.cells.size()) + " instead of " + std::to_string(width_);
  const auto take = [&](std::size_t place) {
    if (place >= record.cells.size()) return false;
    texts_.push_back(record.cells[place]);
    return true;
  };
  for (const auto place : time_places_)
    if (!take(place)) return "columns";
  for (const auto& piece : pieces_)
    if (!take(piece.place)) return "columns";
  return {};
}

std::optional<Time> Mapping::time_of(const std::string& text) const {
  if (file_.time.format == "rfc3339") {
    const auto at = parse_rfc3339(text);
    return at ? std::optional(*at) : std::nullopt;
  }
  if (file_.time.format == "unix" || file_.time.format == "unix_ms") {
    const auto count = number(text);
    const std::int64_t unit = file_.time.format == "unix" ? 1'000'000 : 1'000;
    if (!count || *count < 0 || *count > 32'503'680'000'000'000 / unit) return std::nullopt;  // the year 3000
    return Time(std::chrono::microseconds(*count * unit));
  }
  return read_time(text, file_.time.format, zone_);
}

std::string Mapping::put(const RecordReader::Record& record, BatchBuilder& batch) {
  if (!record.fault.empty()) return std::string(record.fault);
  if (auto fault = columns_of(record); !fault.empty()) return fault;
  std::string when;
  const auto times = time_places_.size();
  for (std::size_t i = 0; i < times; ++i) when += (i == 0 ? "" : " ") + std::string(trim(texts_[i]));
  const auto at = time_of(when);
  if (!at) return "time: " + when;
  // Numbers first: a row once begun stays.
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto text = trim(texts_[times + i]);
    if (kind_->fields[pieces_[i].field].type == FieldType::number && !text.empty() && !number(text))
      return kind_->fields[pieces_[i].field].name + ": " + std::string(text);
  }
  batch.row(*at);
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto& field = kind_->fields[pieces_[i].field];
    const std::string& text = texts_[times + i];
    if (field.type == FieldType::number) {
      batch.number(pieces_[i].field, number(trim(text)).value_or(0));
      continue;
    }
    const auto known = file_.values.find(field.name);
    const auto kept =
        known == file_.values.end() ? decltype(known->second.begin()){} : known->second.find(text);
    const bool other = known != file_.values.end() && kept != known->second.end();
    batch.text(pieces_[i].field, other ? kept->second : text);
  }
  for (const auto& [field, value] : constants_) batch.text(field, value);
  return {};
}

}  // namespace yagura::eventstore
