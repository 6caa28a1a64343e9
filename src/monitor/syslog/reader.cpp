#include "monitor/syslog/reader.hpp"

namespace yagura::monitor::syslog {
namespace {

constexpr auto kMostBehind = std::chrono::hours(24);
constexpr auto kMostAhead = std::chrono::minutes(5);

}  // namespace

struct LineReader::Places {
  explicit Places(const eventstore::Kind& kind)
      : device(kind.index_of("device")),
        address(kind.index_of("address")),
        host(kind.index_of("host")),
        parser(kind.index_of("parser")),
        facility(kind.index_of("facility")),
        severity(kind.index_of("severity")),
        app(kind.index_of("app")),
        pid(kind.index_of("pid")),
        message_id(kind.index_of("message_id")),
        structured_data(kind.index_of("structured_data")),
        message(kind.index_of("message")),
        raw(kind.index_of("raw")),
        encoding(kind.index_of("encoding")),
        skew(kind.index_of("skew")) {
    if (skew && kind.fields[*skew].type != eventstore::FieldType::number) skew.reset();
  }
  std::optional<std::size_t> device, address, host, parser, facility, severity, app, pid, message_id,
      structured_data, message, raw, encoding, skew;
};

Result<LineReader> LineReader::make(const eventstore::Kinds& kinds,
                                    std::shared_ptr<const VendorSet> vendors) {
  const auto plain = kinds.find("syslog");
  if (plain == kinds.end()) return fail("monitor.syslog_kind_missing", {{"kind", "syslog"}});
  return LineReader(plain->second, std::move(vendors));
}

const LineReader::Places& LineReader::places(const eventstore::Kind& kind) {
  for (const auto& [known, places] : places_)
    if (known == &kind) return *places;
  return *places_.emplace_back(&kind, std::make_shared<const Places>(kind)).second;
}

const Entry& LineReader::read(std::string_view line, Time received, const Source& source) {
  const auto [text, encoding] = as_utf8(line, source.encoding, held_);
  const auto header = read_header(text, received, source.offset);
  const auto [outcome, vendor] = vendors_->read(header, received, source.offset, scratch_, fields_);
  entry_.vendor = vendor;
  if (outcome == Outcome::read) {
    entry_.parser = vendors_->names()[static_cast<std::size_t>(vendor)];
  } else {
    const bool none = outcome == Outcome::unreadable || header.layout == Header::Layout::none;
    entry_.parser = none ? kNone : kPlain;
    plain(header, line, encoding, none);
  }
  common(header, source, received);
  return entry_;
}

// A row of nothing but the header and the text behind it.
void LineReader::plain(const Header& header, std::string_view line, Encoding encoding, bool none) {
  fields_.begin(*plain_);
  const auto& at = places(*plain_);
  if (none) {
    fields_.set(at.raw, line);
  } else {
    fields_.set(at.message, header.message);
    fields_.set(at.structured_data, header.structured_data);
  }
  if (encoding != Encoding::utf8) fields_.set(at.encoding, name_of(encoding));
}

void LineReader::common(const Header& header, const Source& source, Time received) {
  const auto& at = places(*fields_.kind);
  fields_.set(at.device, source.device);
  fields_.set(at.address, source.address);
  fields_.set(at.host, header.host);
  fields_.set(at.parser, entry_.parser);
  fields_.set(at.facility, facility_name(header.facility));
  fields_.set(at.severity, severity_name(header.severity));
  fields_.set(at.app, header.app);
  fields_.set(at.pid, header.pid);
  fields_.set(at.message_id, header.message_id);
  const auto said = fields_.at ? fields_.at : header.at;
  entry_.fields = &fields_;
  entry_.at = received;
  entry_.skew.reset();
  if (!said) return;
  entry_.skew = *said - received;
  if (*said >= received - kMostBehind && *said <= received + kMostAhead) entry_.at = *said;
  if (at.skew)
    fields_.numbers[*at.skew] = std::chrono::duration_cast<std::chrono::milliseconds>(*entry_.skew).count();
}

void put(const Entry& entry, eventstore::BatchBuilder& batch) {
  batch.row(entry.at);
  const auto& fields = *entry.fields;
  for (std::size_t i = 0; i < fields.texts.size(); ++i)
    if (!fields.texts[i].empty()) batch.text(i, fields.texts[i]);
  for (std::size_t i = 0; i < fields.numbers.size(); ++i)
    if (fields.numbers[i] != 0) batch.number(i, fields.numbers[i]);
}

}  // namespace yagura::monitor::syslog
