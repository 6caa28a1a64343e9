// A device's bytes as text a person can read and a database can keep.
//
// Purpose: terminal output with escape sequences, overwritten pager prompts, NULs and any of the encodings
//          devices in Japan speak becomes plain UTF-8 lines. Not a terminal emulator: one line at a time;
//          moves to other lines are dropped.
// Rules:   each line is UTF-8, else Windows-31J, else its bad bytes become U+FFFD. Backspace, carriage return
//          and the CSI moves within a line overwrite as on a screen. Other escape sequences and controls are
//          removed. A sequence never reaches past its line, so that one lost terminator swallows no log.
//          Blanks at the end of a line are dropped.
// Cost:    linear in the input. Threads: pure functions. Errors: none; any bytes are input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yagura::monitor::remote_log {

std::string clean_output(std::string_view bytes);

// At most `most` bytes, ending between characters.
void shorten(std::string& utf8, std::size_t most);

// Puts "****" where a secret stands.
class Mask {
 public:
  // Empty secrets are ignored. Of a text of several lines (a private key) each line of 16 and more is one.
  void add(std::string_view secret);
  // at_cut: the text ends where something was cut off, so the beginning of a secret at its end goes too.
  void apply(std::string& text, bool at_cut = false) const;

  Mask() = default;
  Mask(const Mask&) = delete;
  Mask& operator=(const Mask&) = delete;
  ~Mask();

 private:
  std::vector<std::string> secrets_;  // longest first
};

// Bytes of a device, cleaned and masked; both orders, since a secret may be hidden by escape sequences.
std::string safe_text(std::string_view bytes, const Mask& mask, std::size_t most, bool at_cut = false);

}  // namespace yagura::monitor::remote_log
