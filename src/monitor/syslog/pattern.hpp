// Lines that are sentences: a pattern says which words are fixed and which are values.
//
//   Failed password for {user:text} from {source_ip:ip} port {source_port:int}[[ {tail:rest}]]
//
// Values:  {name} or {name:word} to the next space; :int digits; :ip an IPv4 or IPv6 address; :rest
//          everything to the end; :text anything, spaces included, as far as it can, at most one in a
//          pattern; :short anything up to the first place where the pattern goes on. [[...]] may be there or
//          not.
// Safety:  the pattern must account for the whole line. A :text reaches as far as it can: what stands behind
//          it is found from the end of the line, so that "from 10.0.0.1 port 22" inside a user name stays
//          inside the user name. Use :short where what stands behind is what strangers can choose.
// Bounds:  linear in the line, times 64 at most where there is a :text; 4 times [[...]] in a pattern.
// Errors:  monitor.syslog_pattern_invalid (pattern, reason).
// Threads: compiled patterns are immutable.
#pragma once

#include "base/result.hpp"
#include "monitor/syslog/scan.hpp"

namespace yagura::monitor::syslog {

class Pattern {
 public:
  // One pattern for each way to take or leave its [[...]], the barest first: an end that may be there must
  // not make room for an end that a stranger wrote into a name.
  static Result<std::vector<Pattern>> compile(std::string_view text);

  // Adds the values to `out` when the line is of this pattern; else leaves it as it was.
  bool match(std::string_view line, Pairs& out) const;
  // The names of its values.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::string& begins() const { return parts_.front().literal; }

 private:
  enum class Type : std::uint8_t { end, word, integer, ip, rest, text, brief };
  struct Part {  // fixed words, then a value
    std::string literal;
    Type type = Type::end;
    std::string name;
  };
  static Result<Pattern> compile_one(std::string_view text);
  bool match_from(std::size_t part, std::string_view line, Pairs& out) const;

  std::vector<Part> parts_;
};

}  // namespace yagura::monitor::syslog
