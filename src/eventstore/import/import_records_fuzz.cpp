// Bytes of a file of logs: every byte that is no line break and in no empty line stands in exactly one
// record, and what a mapping makes of a record is a row or a reason.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "eventstore/import/mapping.hpp"

using namespace yagura::eventstore;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 1) return 0;
  static const Kinds kinds = [] {
    Kinds out;
    out["k"] = Kind{"k", "", "",
                    "a", {}, {{"a", FieldType::entity, "", "", {}}, {"n", FieldType::number, "", "", {}}}};
    return out;
  }();
  static const std::string name = "/tmp/import-records-fuzz-" + std::to_string(::getpid());
  MappingFile how{.import = "x",
                  .title = {},
                  .reference = {},
                  .kind = "k",
                  .time = {.columns = {"1"}, .format = "%Y-%m-%d %H:%M:%S.%f%z"}};
  how.format = (data[0] & 1U) != 0 ? RecordForm::jsonl : RecordForm::csv;
  how.encoding = static_cast<TextEncoding>((data[0] >> 1U) % 3U);
  how.header = false;
  how.fields = {{"a", "2"}, {"n", "3"}};
  auto mapping = Mapping::make(how, kinds);
  if (!mapping) std::abort();
  std::FILE* file = std::fopen(name.c_str(), "wb");
  std::fwrite(data + 1, 1, size - 1, file);
  std::fclose(file);
  auto reader = RecordReader::open(name, mapping->reading());
  ::unlink(name.c_str());
  if (!reader) return 0;
  BatchBuilder batch(mapping->kind());
  RecordReader::Record record;
  std::size_t given = 0;
  for (;;) {
    const auto any = reader->next(record);
    if (!any || !*any) break;
    given += record.raw.size();
    const auto before = batch.rows();
    const auto reason = mapping->put(record, batch);
    if (batch.rows() != before + (reason.empty() ? 1 : 0)) std::abort();
    if (!record.fault.empty() && reason.empty()) std::abort();
  }
  if (how.encoding != TextEncoding::utf16 && given > size - 1) std::abort();
  return 0;
}
