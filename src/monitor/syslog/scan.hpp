// From the text of a message to its pairs of key and value, by the format it is written in.
//
// Purpose:  strict scanners. What stands inside quotation marks stays inside its value, whatever it looks
//           like; text that does not keep its format's rules is refused as a whole (false), because then
//           nobody can say which of its fields the device wrote and which a stranger put into a URL or a user
//           name.
// Not for:  meaning (vendors.hpp).
// Bounds:   512 pairs of a line, 16 levels of JSON; time linear in the line.
// Threads:  pure functions.
// Lifetime: views point into the text or into the arena.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::monitor::syslog {

// Memory of one line; reset() keeps it for the next.
class Arena {
 public:
  // Room for `size` bytes, valid until reset().
  char* take(std::size_t size);
  void give_back(std::size_t size) { used_ -= size; }  // of the last take()
  std::string_view copy(std::string_view text);
  void reset();

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

struct Pair {
  std::string_view key, value;
};

struct Pairs {
  static constexpr std::size_t most = 512;
  std::vector<Pair> list;
  Arena arena;

  void clear() {
    list.clear();
    arena.reset();
  }
  bool add(std::string_view key, std::string_view value) {
    if (list.size() >= most) return false;
    list.push_back({key, value});
    return true;
  }
};

// key=value key="a value with \" in it"; a value without quotes ends at the space and has none of them
// inside.
bool scan_kv(std::string_view text, Pairs& out);
// Values by their place, without keys: RFC 4180 with any one separator.
bool scan_csv(std::string_view text, char separator, Pairs& out);
// An object, flattened: {"a":{"b":1}} is a.b=1; lists keep their text; null is left out.
bool scan_json(std::string_view text, Pairs& out);
// ArcSight Common Event Format: the header as version, device_vendor, device_product, device_version,
// event_class_id, name, severity (these as cef.*), then the extension's keys.
bool scan_cef(std::string_view text, Pairs& out);
// IBM Log Event Extended Format 1.0 and 2.0: the header as leef.*, then the attributes.
bool scan_leef(std::string_view text, Pairs& out);
// RFC 5424 structured data: the parameters of all elements, the elements' names as sd.id.
bool scan_structured_data(std::string_view text, Pairs& out);

}  // namespace yagura::monitor::syslog
