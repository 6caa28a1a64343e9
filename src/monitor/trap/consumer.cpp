#include "monitor/trap/consumer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "monitor/trap/engines.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::trap {
namespace {

constexpr std::size_t kMostUnknown = 1000;
constexpr Duration kSaveEvery = std::chrono::milliseconds(250);

bool printable(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
         });
}

std::string hex_colons(std::string_view octets) {
  std::string out;
  for (const char c : octets)
    out += fmt::format("{}{:02x}", out.empty() ? "" : ":", static_cast<unsigned char>(c));
  return out;
}

// RFC 2579 DateAndTime.
std::string date_and_time(std::string_view v) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(v[i])); };
  auto out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", at(0) << 8U | at(1), at(2), at(3), at(4),
                         at(5), at(6));
  if (v.size() == 11) out += fmt::format("{}{:02}:{:02}", v[8], at(9), at(10));
  return out;
}

std::string time_ticks(std::uint64_t ticks) {
  const auto seconds = ticks / 100;
  return fmt::format("{}d {:02}:{:02}:{:02}", seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60,
                     seconds % 60);
}

std::string octets(const mib::Node* node, std::string_view text) {
  if (node != nullptr && node->convention == "DateAndTime" && (text.size() == 8 || text.size() == 11))
    return date_and_time(text);
  const bool as_hex = node != nullptr && node->display_hint.starts_with("1x");
  return as_hex || !printable(text) ? hex_colons(text) : std::string(text);
}

std::string short_name(snmp::OidView name, const mib::Library& library) {
  const auto arcs = name.arcs();
  const auto* node = library.locate(arcs).node;
  return node != nullptr && !node->module.empty() ? node->name : mib::to_dotted(arcs);
}

}  // namespace

std::string format_value(const snmp::VarBind& varbind, const mib::Library& library) {
  const auto& value = varbind.value;
  const auto arcs = varbind.name.arcs();
  switch (value.type) {
    case snmp::tag::octet_string:
      return octets(library.locate(arcs).node, value.as_text());
    case snmp::tag::oid:
      return library.text_of(value.as_oid().arcs());
    case snmp::tag::time_ticks:
      return time_ticks(value.as_unsigned().value_or(0));
    case snmp::tag::ip_address:
      if (value.content.size() == 4)
        return fmt::format("{}.{}.{}.{}", value.content[0], value.content[1], value.content[2],
                           value.content[3]);
      break;
    case snmp::tag::integer:
      if (const auto number = value.as_signed()) {
        const auto label = library.label_of(arcs, *number);
        return label ? fmt::format("{}({})", *label, *number) : std::to_string(*number);
      }
      break;
    default:
      if (const auto number = value.as_unsigned()) return std::to_string(*number);
      break;
  }
  return hex_colons(snmp::text_of(value.content));
}

Description describe(const Observation& observation, const mib::Library& library) {
  Description out;
  std::string shown_ja;
  std::string shown_en;
  for (const auto& varbind : observation.record.varbinds) {
    auto value = format_value(varbind, library);
    if (observation.kind != nullptr)
      for (const auto& column : observation.kind->show) {
        if (!varbind.name.starts_with(column) || value.empty()) continue;
        const auto name = short_name(varbind.name, library);
        shown_ja += fmt::format("{}{}: {}", shown_ja.empty() ? "" : "、", name, value);
        shown_en += fmt::format("{}{}: {}", shown_en.empty() ? "" : ", ", name, value);
      }
    out.varbinds.emplace_back(library.text_of(varbind.name.arcs()), std::move(value));
  }
  if (observation.kind == nullptr) {
    const auto name = library.text_of(observation.record.trap.arcs());
    out.ja = fmt::format("未登録のトラップ（{}）", name);
    out.en = fmt::format("Trap of no known kind ({})", name);
    return out;
  }
  if (shown_ja.empty() && !observation.key.empty()) shown_ja = shown_en = observation.key;
  out.ja = observation.kind->title.ja + (shown_ja.empty() ? "" : "（" + shown_ja + "）");
  out.en = observation.kind->title.en + (shown_en.empty() ? "" : " (" + shown_en + ")");
  return out;
}

Consumer::Consumer(const Clock& clock, const Spool& spool, std::filesystem::path cursor_file, Cursor cursor,
                   Sink sink, bool keep_unknown)
    : clock_(clock),
      spool_(spool),
      cursor_file_(std::move(cursor_file)),
      unknown_file_(std::filesystem::path(cursor_file_).concat(".unknown")),
      keep_unknown_(keep_unknown),
      sink_(std::move(sink)),
      taken_(cursor),
      saved_(cursor) {
  held_.with([](Held& held) {
    held.kinds = std::make_shared<KindSet>();
    held.directory = std::make_shared<SenderDirectory>();
  });
}

Result<std::unique_ptr<Consumer>> Consumer::open(const Clock& clock, const Spool& spool,
                                                 std::filesystem::path cursor_file, Sink sink,
                                                 bool keep_unknown) {
  YAGURA_TRY(const auto cursor, load_cursor(cursor_file));
  std::unique_ptr<Consumer> consumer(
      new Consumer(clock, spool, std::move(cursor_file), cursor, std::move(sink), keep_unknown));
  if (!keep_unknown) return consumer;
  if (auto unknown = load_unknown(consumer->unknown_file_))
    consumer->seen_.with([&](Seen& seen) { seen.unknown = *std::move(unknown); });
  else
    consumer->unknown_fault_ = std::move(unknown).error();
  return consumer;
}

// One line a trap: OID or "-", count, device, first and last in microseconds.
Result<Consumer::Unknown> Consumer::load_unknown(const std::filesystem::path& file) {
  Unknown out;
  if (!std::filesystem::exists(file)) return out;
  YAGURA_TRY(const auto text, schema::read_file(file));
  int line = 0;
  for (const auto row : split(text, '\n')) {
    ++line;
    if (row.empty()) continue;
    const auto fields = split(row, ' ');
    std::array<std::int64_t, 4> numbers{};
    bool good = fields.size() == 5 && out.size() <= kMostUnknown &&
                (fields[0] == "-" || snmp::Oid::parse(fields[0]).has_value());
    for (std::size_t i = 0; good && i < numbers.size(); ++i) {
      const auto field = fields[i + 1];
      const auto [end, bad] = std::from_chars(field.data(), field.data() + field.size(), numbers[i]);
      good = bad == std::errc{} && end == field.data() + field.size() && (i == 1 || numbers[i] >= 0);
    }
    if (!good)
      return fail("monitor.trap_unknown_invalid", {{"file", file.string()}, {"line", std::to_string(line)}});
    const std::string oid(fields[0] == "-" ? std::string_view{} : fields[0]);
    out[oid] = {oid, static_cast<std::uint64_t>(numbers[0]), numbers[1], from_micros(numbers[2]),
                from_micros(numbers[3])};
  }
  return out;
}

Result<> Consumer::save_unknown() {
  if (!keep_unknown_) return {};
  std::string text;
  const auto total = seen_.with([&](const Seen& seen) {
    if (seen.counts.unknown != unknown_saved_)
      for (const auto& [oid, trap] : seen.unknown)
        text += fmt::format("{} {} {} {} {}\n", oid.empty() ? "-" : oid, trap.count, trap.last_device,
                            trap.first.time_since_epoch().count(), trap.last.time_since_epoch().count());
    return seen.counts.unknown;
  });
  if (total == unknown_saved_) return {};
  YAGURA_CHECK(replace_file(unknown_file_, text));
  unknown_saved_ = total;
  return {};
}

Consumer::~Consumer() { (void)save(); }

Result<> Consumer::save() {
  if (saved_ == taken_) return {};
  YAGURA_CHECK(save_unknown());
  YAGURA_CHECK(save_cursor(cursor_file_, taken_));
  saved_ = taken_;
  saved_at_ = clock_.steady();
  return {};
}

void Consumer::set_kinds(std::shared_ptr<const KindSet> kinds) {
  held_.with([&](Held& held) { held.kinds.swap(kinds); });
}

void Consumer::set_directory(std::shared_ptr<const SenderDirectory> directory) {
  held_.with([&](Held& held) { held.directory.swap(directory); });
}

Result<std::size_t> Consumer::run_once(std::size_t most) {
  if (unknown_fault_) return std::unexpected(*std::exchange(unknown_fault_, std::nullopt));
  if (!reader_) reader_ = std::make_unique<SpoolReader>(spool_.folder(), taken_);
  const auto held = held_.with([](const Held& value) { return value; });
  const auto extent = spool_.extent();
  const auto skipped = reader_->skipped();
  Seen seen;
  bytes_.clear();
  observations_.clear();
  bytes_.reserve(most);         // observations point into these strings: they must not move
  std::optional<Error> damage;  // told after what was read before it is handed over
  std::size_t handled = 0;
  while (handled < most) {
    const auto sequence = reader_->cursor().sequence;
    auto next = reader_->next(extent);
    if (!next) {
      damage = std::move(next).error();
      break;
    }
    if (!*next) break;
    ++handled;
    const auto& kept = bytes_.emplace_back(**next);
    const auto record = parse_record(kept);
    if (record)
      observe(sequence, *record, held, seen);
    else
      ++seen.counts.unreadable;
  }
  seen.counts.unreadable += reader_->skipped() - skipped;
  if (handled == 0 && !damage) {
    if (clock_.steady() - saved_at_ >= kSaveEvery) YAGURA_CHECK(save());
    return 0;
  }
  if (!observations_.empty())
    if (auto taken = sink_(observations_); !taken) {
      reader_.reset();  // from the same trap again
      return std::unexpected(std::move(taken).error());
    }
  taken_ = reader_->cursor();
  merge(seen);
  if (clock_.steady() - saved_at_ >= kSaveEvery) YAGURA_CHECK(save());
  if (damage) return std::unexpected(std::move(*damage));
  return handled;
}

void Consumer::observe(std::uint64_t sequence, const TrapRecord& record, const Held& held, Seen& seen) {
  ++seen.counts.traps;
  held.kinds->match(record.trap, record.varbinds, matches_);
  if (matches_.empty()) {
    ++seen.counts.unknown;
    auto& unknown = seen.unknown[record.trap.text()];
    if (unknown.count++ == 0) unknown.first = record.received;
    unknown.last = record.received;
    unknown.last_device = record.device;
    observations_.push_back({sequence,
                             record.device,
                             nullptr,
                             Effect::event,
                             Severity::info,
                             {},
                             {},
                             {},
                             record.received,
                             record});
    return;
  }
  for (auto& match : matches_) {
    std::uint32_t interface = 0;
    const auto [end, bad] = std::from_chars(match.key.data(), match.key.data() + match.key.size(), interface);
    if (match.kind->of_interface && bad == std::errc{} &&
        held.directory->flaps_by_design(record.device, interface)) {
      ++seen.counts.left_out_flapping;
      continue;
    }
    ++seen.counts.observations;
    observations_.push_back({sequence, record.device, match.kind, match.effect, match.severity, *match.target,
                             std::move(match.key), match.ends_after, record.received, record});
  }
}

void Consumer::merge(const Seen& seen) {
  seen_.with([&](Seen& all) {
    all.counts.traps += seen.counts.traps;
    all.counts.observations += seen.counts.observations;
    all.counts.unknown += seen.counts.unknown;
    all.counts.left_out_flapping += seen.counts.left_out_flapping;
    all.counts.unreadable += seen.counts.unreadable;
    for (const auto& [oid, fresh] : seen.unknown) {
      const bool room = all.unknown.size() < kMostUnknown || all.unknown.contains(oid);
      auto& kept = all.unknown[room ? oid : std::string()];
      if (kept.count == 0) kept.first = fresh.first;
      kept.oid = room ? oid : std::string();
      kept.count += fresh.count;
      kept.last = fresh.last;
      kept.last_device = fresh.last_device;
    }
  });
}

Consumer::Counts Consumer::counts() const {
  return seen_.with([](const Seen& seen) { return seen.counts; });
}

std::vector<Consumer::UnknownTrap> Consumer::unknown() const {
  std::vector<UnknownTrap> out;
  seen_.with([&](const Seen& seen) {
    for (const auto& [oid, trap] : seen.unknown) out.push_back(trap);
  });
  std::ranges::sort(out, [](const UnknownTrap& a, const UnknownTrap& b) { return a.count > b.count; });
  return out;
}

}  // namespace yagura::monitor::trap
