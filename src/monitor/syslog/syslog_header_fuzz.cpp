// Any bytes as a header: every part lies inside the line, and the message is its end.
#include <cstdlib>
#include <cstring>
#include <memory>

#include "monitor/syslog/header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::monitor::syslog;
  const std::unique_ptr<char[]> bytes(new char[size]);
  if (size > 0) std::memcpy(bytes.get(), data, size);
  const std::string_view line(bytes.get(), size);
  const auto header = read_header(line, yagura::from_micros(1'795'316'400'000'000), std::chrono::hours(9));
  for (const auto part : {header.host, header.app, header.pid, header.message_id, header.structured_data,
                          header.sequence, header.content, header.message}) {
    if (part.empty()) continue;
    if (part.data() < line.data() || part.data() + part.size() > line.data() + line.size()) std::abort();
  }
  if (header.message.size() > header.content.size()) std::abort();
  return 0;
}
