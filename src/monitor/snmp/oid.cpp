#include "monitor/snmp/oid.hpp"

#include <charconv>

namespace yagura::monitor::snmp {

namespace {

constexpr std::size_t max_arcs = 128;

// Reads one arc's number; the octets are valid, so it always ends.
std::uint64_t next_arc(Bytes encoded, std::size_t& at) {
  std::uint64_t arc = 0;
  while (at < encoded.size()) {
    const std::uint8_t octet = encoded[at++];
    arc = arc << 7 | (octet & 0x7fU);
    if ((octet & 0x80) == 0) break;
  }
  return arc;
}

void append_number(std::string& out, std::uint64_t number) {
  char octets[10];
  int count = 0;
  do {
    octets[count++] = static_cast<char>(number & 0x7f);
    number >>= 7;
  } while (number != 0);
  while (count > 1) out += static_cast<char>(octets[--count] | 0x80);
  out += octets[0];
}

}  // namespace

std::vector<std::uint32_t> OidView::arcs() const {
  std::vector<std::uint32_t> out;
  if (encoded_.empty()) return out;
  std::size_t at = 0;
  const std::uint64_t first = next_arc(encoded_, at);
  const std::uint64_t root = first < 80 ? first / 40 : 2;
  out.push_back(static_cast<std::uint32_t>(root));
  out.push_back(static_cast<std::uint32_t>(first - root * 40));
  while (at < encoded_.size()) out.push_back(static_cast<std::uint32_t>(next_arc(encoded_, at)));
  return out;
}

std::string OidView::text() const {
  std::string out;
  for (const std::uint32_t arc : arcs()) {
    if (!out.empty()) out += '.';
    out += std::to_string(arc);
  }
  return out;
}

std::string arcs_text(Bytes encoded_arcs) {
  std::string out;
  for (std::size_t at = 0; at < encoded_arcs.size();) {
    if (at != 0) out += '.';
    out += std::to_string(next_arc(encoded_arcs, at));
  }
  return out;
}

OidView OidView::parent() const {
  if (encoded_.size() < 2) return {};
  std::size_t keep = encoded_.size() - 1;
  while (keep > 0 && (encoded_[keep - 1] & 0x80)) --keep;
  return OidView{encoded_.first(keep)};
}

std::optional<std::uint32_t> OidView::last() const {
  if (encoded_.empty()) return std::nullopt;
  std::size_t at = parent().encoded_.size();
  if (at == 0) return arcs().back();
  return static_cast<std::uint32_t>(next_arc(encoded_, at));
}

std::strong_ordering operator<=>(OidView a, OidView b) {
  const Bytes x = a.encoded_, y = b.encoded_;
  std::size_t same = 0;
  while (same < x.size() && same < y.size() && x[same] == y[same]) ++same;
  if (same == x.size() || same == y.size()) return x.size() <=> y.size();
  while (same > 0 && (x[same - 1] & 0x80)) --same;  // back to where the arc that differs begins
  std::size_t i = same, j = same;
  return next_arc(x, i) <=> next_arc(y, j);
}

Oid::Oid(std::initializer_list<std::uint32_t> arcs) {
  auto made = from_arcs({arcs.begin(), arcs.size()});
  YAGURA_ASSERT(made.has_value());
  *this = *std::move(made);
}

Result<Oid> Oid::from_arcs(std::span<const std::uint32_t> arcs) {
  if (arcs.size() < 2 || arcs.size() > max_arcs || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
    return fail("monitor.oid_invalid", {{"text", "…"}});
  Oid out;
  append_number(out.encoded_, arcs[0] * std::uint64_t{40} + arcs[1]);
  for (const std::uint32_t arc : arcs.subspan(2)) append_number(out.encoded_, arc);
  return out;
}

Result<Oid> Oid::parse(std::string_view text) {
  const auto bad = [&] { return fail("monitor.oid_invalid", {{"text", std::string(text.substr(0, 128))}}); };
  std::array<std::uint32_t, max_arcs> arcs{};
  std::size_t count = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && *at == '.') ++at;
  while (true) {
    if (count == max_arcs) return bad();
    const auto [next, error] = std::from_chars(at, end, arcs[count]);
    if (error != std::errc{}) return bad();
    ++count;
    at = next;
    if (at == end) break;
    if (*at != '.') return bad();
    ++at;
  }
  auto made = from_arcs(std::span(arcs).first(count));
  return made ? std::move(made) : Result<Oid>(bad());
}

void Oid::append(std::uint32_t arc) {
  append_number(encoded_, arc);
  YAGURA_ASSERT(encoded_.size() <= max_arcs * 5);
}

}  // namespace yagura::monitor::snmp
