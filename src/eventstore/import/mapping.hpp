// How the export of another program becomes events: one file share/imports/<import>.yaml.
//
// Purpose: which columns are the time and which field of a kind; share/imports/README.md says how it is
//          written.
// Meaning: a record whose time or number cannot be read, or that has other columns than the header, is
//          rejected whole; columns that no field asks for are not kept.
// Errors:  eventstore.import_mapping_invalid (file, reason), eventstore.kind_unknown, those of schema.
// Threads: an Import belongs to one thread; the kind must outlive it.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/batch.hpp"
#include "eventstore/import/records.hpp"

namespace yagura::eventstore {

struct MappingFile {
  struct Title {
    std::string ja, en;
  };
  struct When {
    std::vector<std::string> columns;  // joined by a blank
    std::string format;                // %Y %m %d %H %M %S %f, or unix, unix_ms, rfc3339
    std::string zone = "+09:00";       // where the format has none
  };
  std::string import;
  Title title;
  std::string reference;  // what it was written from
  std::string kind;
  RecordForm format = RecordForm::csv;
  TextEncoding encoding = TextEncoding::utf8;
  std::string delimiter = ",";
  bool header = true;  // of csv: the first record names the columns; else they are numbers from 1
  When time;
  std::map<std::string, std::string> fields;  // field: column; of jsonl names joined by .
  std::map<std::string, std::map<std::string, std::string>>
      values;  // field: what the file says: what is kept
  std::map<std::string, std::string> constant;
};

class Mapping {
 public:
  static Result<Mapping> read(const std::filesystem::path& file, const Kinds& kinds);
  static Result<Mapping> make(MappingFile file, const Kinds& kinds);

  [[nodiscard]] const MappingFile& file() const { return file_; }
  [[nodiscard]] const Kind& kind() const { return *kind_; }
  [[nodiscard]] RecordReader::Options reading() const;

  // Takes the first record for the header where there is one. Why it is none, or "".
  std::string begin(const RecordReader::Record& record);
  // A row of the batch, or why the record is none and the batch is as it was.
  std::string put(const RecordReader::Record& record, BatchBuilder& batch);

 private:
  struct Piece {
    std::size_t field = 0;
    std::string column;
    std::size_t place = 0;  // of csv
  };
  Mapping(MappingFile file, const Kind& kind) : file_(std::move(file)), kind_(&kind) {}
  Result<void> plan();
  std::string columns_of(const RecordReader::Record& record);
  std::optional<Time> time_of(const std::string& text) const;

  MappingFile file_;
  const Kind* kind_;
  std::chrono::minutes zone_{};
  std::vector<Piece> pieces_;
  std::vector<std::size_t> time_places_;
  std::vector<std::pair<std::size_t, std::string>> constants_;
  std::size_t width_ = 0;           // columns of the header; 0: any
  std::vector<std::string> texts_;  // of one record: those of the time, then of the pieces
};

// A text by %Y %m %d %H %M %S %f (a fraction) and %z; blanks of the format stand for any number of them.
// Shorter numbers than usual (4/8 for 04/08) are read.
std::optional<Time> read_time(std::string_view text, std::string_view format, std::chrono::minutes zone);

}  // namespace yagura::eventstore
