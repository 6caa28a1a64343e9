// Any bytes as a line, through every vendor's file (sentences included): it always becomes a row, and what
// nobody understood is there whole.
#include <cstdlib>

#include "monitor/syslog/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  using namespace yagura::monitor::syslog;
  static const auto kinds = eventstore::read_kinds(YAGURA_SHARE "/events").value();
  static auto reader = LineReader::make(kinds, VendorSet::load(YAGURA_SHARE "/syslog", kinds).set).value();
  static const Source source{"d", "192.0.2.1", std::chrono::hours(9), Encoding::guessed};
  const std::unique_ptr<char[]> bytes(new char[size]);
  if (size > 0) std::memcpy(bytes.get(), data, size);
  const std::string_view line(bytes.get(), size);
  const auto& entry = reader.read(line, from_micros(1'795'316'400'000'000), source);
  if (entry.parser.empty() || !entry.fields->kind) std::abort();
  if (entry.parser == kNone && entry.fields->texts[*entry.fields->kind->index_of("raw")] != line)
    std::abort();
  eventstore::BatchBuilder batch(*entry.fields->kind);
  put(entry, batch);
  if (batch.take().rows() != 1) std::abort();
  return 0;
}
