// Any stream, cut in pieces anywhere: no line is longer than the limit, and the pieces make no difference.
#include <cstdlib>
#include <vector>

#include "monitor/syslog/framing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using yagura::monitor::syslog::Framer;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = [&](std::size_t piece) {
    std::vector<std::string> lines;
    Framer framer(64);
    const auto keep = [&](std::string_view line) {
      if (line.empty() || line.size() > 64) std::abort();
      lines.emplace_back(line);
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) framer.feed(bytes.substr(at, piece), keep);
    framer.end(keep);
    lines.push_back(std::to_string(framer.cut()));
    return lines;
  };
  if (read(1) != read(7) || read(1) != read(100'000)) std::abort();
  return 0;
}
