// Object identifiers, kept as the content octets that travel in BER.
//
// Purpose: compare, order and test prefixes without decoding: an arc's octets are self-delimiting, so a
//          prefix of arcs is a prefix of octets.
// Order:   SNMP's (lexicographic by arc), which octet order is not; operator<=> does it right.
// Lifetime: OidView points into somebody's buffer; Oid owns. Both always hold valid octets (see valid_oid).
// Errors:  monitor.oid_invalid. Threads: values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "monitor/snmp/ber.hpp"

namespace yagura::monitor::snmp {

class OidView {
 public:
  OidView() = default;
  // The octets must be valid_oid(); readers of messages have checked that.
  explicit OidView(Bytes encoded) : encoded_(encoded) {}

  [[nodiscard]] Bytes encoded() const { return encoded_; }
  [[nodiscard]] bool empty() const { return encoded_.empty(); }
  [[nodiscard]] bool starts_with(OidView prefix) const {
    return prefix.encoded_.empty() ||
           (encoded_.size() >= prefix.encoded_.size() &&
            std::memcmp(encoded_.data(), prefix.encoded_.data(), prefix.encoded_.size()) == 0);
  }
  // The octets after a prefix (arcs of an instance); empty when it is not a prefix.
  [[nodiscard]] Bytes after(OidView prefix) const {
    return starts_with(prefix) ? encoded_.subspan(prefix.encoded_.size()) : Bytes{};
  }
  [[nodiscard]] std::string text() const;  // "1.3.6.1.2.1"
  [[nodiscard]] std::vector<std::uint32_t> arcs() const;
  // The last arc, such as the specific trap or ifIndex; nothing for the empty identifier.
  [[nodiscard]] std::optional<std::uint32_t> last() const;
  // All but the last arc.
  [[nodiscard]] OidView parent() const;

  friend bool operator==(OidView a, OidView b) {
    return a.encoded_.size() == b.encoded_.size() && a.starts_with(b);
  }
  friend std::strong_ordering operator<=>(OidView a, OidView b);

 private:
  Bytes encoded_;
};

class Oid {
 public:
  Oid() = default;
  explicit Oid(OidView view) : encoded_(text_of(view.encoded())) {}
  // Valid literals of the program; anything else asserts.
  Oid(std::initializer_list<std::uint32_t> arcs);
  // "1.3.6.1" or ".1.3.6.1". Errors: monitor.oid_invalid (text).
  static Result<Oid> parse(std::string_view text);
  static Result<Oid> from_arcs(std::span<const std::uint32_t> arcs);

  [[nodiscard]] OidView view() const { return OidView{bytes_of(encoded_)}; }
  operator OidView() const { return view(); }  // NOLINT: an Oid is used wherever a view is read
  [[nodiscard]] Bytes encoded() const { return bytes_of(encoded_); }
  [[nodiscard]] bool empty() const { return encoded_.empty(); }
  [[nodiscard]] std::string text() const { return view().text(); }
  // Appends arcs; asserts past 128 arcs.
  void append(std::uint32_t arc);
  // Appends octets of whole arcs, such as what after() gave.
  void append(Bytes encoded_arcs) { encoded_ += text_of(encoded_arcs); }
  [[nodiscard]] Oid child(std::uint32_t arc) const {
    Oid out = *this;
    out.append(arc);
    return out;
  }

  friend bool operator==(const Oid& a, const Oid& b) { return a.encoded_ == b.encoded_; }
  friend std::strong_ordering operator<=>(const Oid& a, const Oid& b) { return a.view() <=> b.view(); }

 private:
  std::string encoded_;
};

// Arcs of an instance part (octets after a prefix) as text: "3" or "1.12".
std::string arcs_text(Bytes encoded_arcs);

}  // namespace yagura::monitor::snmp

template <>
struct std::hash<yagura::monitor::snmp::Oid> {
  std::size_t operator()(const yagura::monitor::snmp::Oid& oid) const noexcept {
    return std::hash<std::string_view>{}(yagura::monitor::snmp::text_of(oid.encoded()));
  }
};
