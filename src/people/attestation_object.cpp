#include "people/attestation_object.hpp"

#include <cstdint>

namespace yagura::people::webauthn {

namespace {

constexpr int most_levels = 16;
constexpr unsigned major_bytes = 2, major_text = 3, major_array = 4, major_map = 5, major_tag = 6,
                   major_simple = 7;

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  struct Head {
    unsigned major = 0;
    std::uint64_t number = 0;
  };
  std::optional<Head> head() {
    if (rest_.empty()) return std::nullopt;
    const unsigned first = rest_.front();
    rest_ = rest_.subspan(1);
    const unsigned more = first & 31;
    if (more < 24) return Head{first >> 5, more};
    if (more > 27) return std::nullopt;  // reserved, or of indefinite length
    const auto size = std::size_t{1} << (more - 24);
    if (rest_.size() < size) return std::nullopt;
    Head out{first >> 5, 0};
    for (const auto byte : rest_.first(size)) out.number = out.number << 8 | byte;
    rest_ = rest_.subspan(size);
    return out;
  }
  std::optional<ByteView> take(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const auto out = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return out;
  }
  std::optional<ByteView> string(unsigned major) {
    const auto h = head();
    if (!h || h->major != major) return std::nullopt;
    return take(h->number);
  }
  bool skip(int levels) {
    const auto h = head();
    if (!h || levels == 0 || h->major == major_tag) return false;
    if (h->major == major_bytes || h->major == major_text) return take(h->number).has_value();
    if (h->major != major_array && h->major != major_map) return h->major <= major_simple;
    // Each item takes a byte at least: a length that promises more is refused before it is counted through.
    if (h->number > rest_.size()) return false;
    const auto items = h->major == major_map ? h->number * 2 : h->number;
    for (std::uint64_t i = 0; i < items; ++i)
      if (!skip(levels - 1)) return false;
    return true;
  }
  // One map, with all that is in it.
  std::optional<ByteView> map() {
    const auto before = rest_;
    if (before.empty() || before.front() >> 5 != major_map || !skip(most_levels)) return std::nullopt;
    return before.first(before.size() - rest_.size());
  }

 private:
  ByteView rest_;
};

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool is_plain_cbor(ByteView bytes, int most) {
  Reader reader(bytes);
  for (int items = 0; !reader.at_end(); ++items)
    if (items == most || !reader.skip(most_levels)) return false;
  return !bytes.empty();
}

std::optional<AttestationObject> read_attestation_object(ByteView bytes) {
  Reader reader(bytes);
  const auto outer = reader.head();
  if (!outer || outer->major != major_map || outer->number != 3) return std::nullopt;
  std::optional<ByteView> format, statement, data;
  for (int i = 0; i < 3; ++i) {
    const auto name = reader.string(major_text);
    if (!name) return std::nullopt;
    auto* part = text_of(*name) == "fmt"        ? &format
                 : text_of(*name) == "attStmt"  ? &statement
                 : text_of(*name) == "authData" ? &data
                                                : nullptr;
    if (!part || *part) return std::nullopt;
    *part = part == &format ? reader.string(major_text)
            : part == &data ? reader.string(major_bytes)
                            : reader.map();
    if (!*part) return std::nullopt;
  }
  if (!reader.at_end()) return std::nullopt;
  return AttestationObject{text_of(*format), *statement, *data};
}

}  // namespace yagura::people::webauthn
