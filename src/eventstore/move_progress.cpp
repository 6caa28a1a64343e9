#include "eventstore/move_progress.hpp"

#include <charconv>
#include <fstream>
#include <map>

#include "base/text.hpp"
#include "eventstore/file.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::string_view heading = "yagura-move 2", without_days = "yagura-move 1";

// Texts in hex, so that a line is a value whatever it holds.
struct Lines {
  std::string out;
  void put(std::string_view name, std::string_view value) {
    out.append(name).append(" ").append(value).append("\n");
  }
  void text(std::string_view name, std::string_view value) { put(name, "x" + to_hex(value)); }
  template <class N>
  void number(std::string_view name, N value) {
    put(name, std::to_string(value));
  }
  void optional(std::string_view name, const std::optional<std::string>& value) {
    if (value) text(name, *value);
  }
  void cursor(std::string_view name, const std::optional<Cursor>& value) {
    if (value) put(name, std::to_string(to_micros(value->at)) + ":" + std::to_string(value->skip));
  }
};

struct Values {
  std::map<std::string, std::string, std::less<>> of;
  bool bad = false;

  std::string_view get(std::string_view name) {
    const auto at = of.find(name);
    if (at == of.end()) bad = true;
    return at == of.end() ? std::string_view() : at->second;
  }
  template <class N>
  N parsed(std::string_view text) {
    N out{};
    const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) bad = true;
    return out;
  }
  template <class N>
  void number(std::string_view name, N& to) {
    to = parsed<N>(get(name));
  }
  void text(std::string_view name, std::string& to) {
    const auto hex = get(name);
    auto bytes = from_hex(hex.substr(hex.empty() ? 0 : 1));
    if (bytes)
      to = *std::move(bytes);
    else
      bad = true;
  }
  void optional(std::string_view name, std::optional<std::string>& to) {
    if (of.contains(name)) text(name, to.emplace());
  }
  void flag(std::string_view name, bool& to) { to = get(name) == "1"; }
  void cursor(std::string_view name, std::optional<Cursor>& to) {
    const auto at = of.find(name);
    if (at == of.end()) return;
    const std::string_view text = at->second;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
      bad = true;
      return;
    }
    to = Cursor{from_micros(parsed<std::int64_t>(text.substr(0, colon))),
                parsed<std::uint32_t>(text.substr(colon + 1))};
  }
};

template <class L, class P>
void all(L& l, P& p) {
  l.number("finished", p.finished);
  l.text("contract", p.contract);
  l.text("kind", p.kind);
  l.number("month", p.month);
  l.number("moved", p.moved);
  l.number("batch_rows", p.batch_rows);
  l.number("base_rows", p.base_rows);
  l.number("base_sum", p.base_sum);
  l.number("rows", p.rows);
  l.number("sum", p.sum);
  l.text("after", p.after);
  l.cursor("cursor", p.cursor);
  l.optional("until", p.until);
  l.number("flight_rows", p.flight_rows);
  l.number("flight_sum", p.flight_sum);
  l.text("flight_after", p.flight_after);
  l.cursor("flight_cursor", p.flight_cursor);
  l.optional("flight_until", p.flight_until);
}

}  // namespace

Result<std::optional<MoveProgress>> read_progress(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  std::string line;
  const auto bad = [&](std::string reason) {
    return fail("eventstore.move_progress", {{"file", file.string()}, {"reason", std::move(reason)}});
  };
  std::getline(in, line);
  const bool days = line != without_days;
  if (line != heading && line != without_days) return bad("not a file of progress");
  Values values;
  while (std::getline(in, line)) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos) return bad("a line without a value");
    values.of[line.substr(0, blank)] = line.substr(blank + 1);
  }
  MoveProgress out;
  out.days = days;
  all(values, out);
  values.flag("any_source", out.any_source);
  values.flag("flight_any_source", out.flight_any_source);
  if (values.bad) return bad("a value that cannot be read");
  return out;
}

Result<void> write_progress(const std::filesystem::path& file, const MoveProgress& progress) {
  Lines lines{.out = std::string(progress.days ? heading : without_days) + "\n"};
  all(lines, progress);
  lines.number("any_source", progress.any_source ? 1 : 0);
  lines.number("flight_any_source", progress.flight_any_source ? 1 : 0);
  auto fresh = file;
  fresh += ".new";
  {
    YAGURA_TRY(auto out, OutFile::create(fresh));
    YAGURA_CHECK(out.append(lines.out));
    YAGURA_CHECK(out.sync());
  }
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) return file_error(file, error.value());
  return sync_folder(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
}

}  // namespace yagura::eventstore
