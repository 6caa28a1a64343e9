// Registers declared by schema: rows, the history of every field, search, import and export.
//
// Purpose: what *is* stands here. Any room refers to a thing by its row id. Not for what happens (journal)
//          and not for measurements.
// Change:  every change writes its row, its history, its uniqueness keys and its journal entry in one
//          transaction; listeners hear of it when it is on disk. A change names the version it was made on;
//          when somebody was faster it is refused (ledger.version_conflict) and nothing is lost.
// Personal data: fields marked so are masked for readers without that right, and each read by one who has
//          it becomes a journal entry.
// Import:  plan() decides row by row, and execute() does exactly that or nothing; undo() takes it back. Rows
//          of one file may refer to each other in any order (file_links.hpp).
// Errors:  ledger.*, document.*, store.*.
// Threads: safe from any thread.
// Follows: requirement G1; moriguchi 5-3(9), 6-3; sendai 5(4)ウ.
#pragma once

#include <atomic>
#include <memory>
#include <set>

#include "base/guarded.hpp"
#include "base/id.hpp"
#include "journal/journal.hpp"
#include "ledger/definition.hpp"
#include "ledger/field_value.hpp"
#include "schema/shape.hpp"
#include "store/database.hpp"

namespace yagura::ledger {

std::span<const store::Migration> migrations();

struct Row {
  Id id = 0;
  std::int64_t version = 0;
  std::string title;
  schema::Value fields;  // object: field id -> kept value
  Time changed;
  bool deleted = false;
};

// Who reads, and whether fields with personal data may be shown.
struct Reader {
  journal::Actor actor;
  bool personal = false;
};

struct ListQuery {
  std::string contract, ledger;
  std::string search;
  std::vector<std::pair<std::string, std::string>> filters;  // field id, kept value as text
  std::string sort;  // field id, '-' before it for descending; "" by title
  std::string cursor;
  int limit = 50;
};

struct Page {
  std::vector<Row> rows;
  std::string next;  // "" at the end
};

struct Change {
  std::int64_t version = 0;
  Time time;
  std::string who, why;
  Id import = 0;
  schema::Value fields;  // object: field id -> {before, after}
};

enum class Outcome : unsigned char { created, updated, unchanged, rejected };
std::span<const std::pair<std::string_view, Outcome>> enum_names(Outcome);

struct ImportRow {
  std::int64_t line = 0;
  Outcome outcome = Outcome::rejected;
  std::string title;
  Id row = 0;
  schema::Value changes;  // object: field id -> {before, after}; -7 is the row that line 7 will create
  std::vector<std::pair<std::string, Error>> reasons;  // field id ("" for the whole row), why
};

struct Import {
  Id id = 0;
  std::string contract, ledger, file, by, state;  // planned, executed, undone, dropped
  Time at;
  std::int64_t created = 0, updated = 0, unchanged = 0, rejected = 0;
  std::vector<std::string> ignored_columns;
};

struct Attachment {
  Id id = 0;
  std::string name, type, sha256;
  std::int64_t size = 0;
  std::string scan = "unchecked";  // clean, waiting for the scanner, infected; unchecked: there is no scanner
};

class VirusScanner;

// Whether anything that anybody keeps refers to an attachment; the application knows all who may.
// thorough: also where it takes long to look.
using AttachmentUse =
    std::function<Result<bool>(store::Session& s, const std::string& contract, Id id, bool thorough)>;

struct Expiring {
  std::string ledger;
  Id row = 0;
  std::string title;
  std::string day;  // the last day, ISO
};

// Told how far long work is (0..1); answers false to stop it.
using Progress = std::function<bool(double)>;

class Ledgers {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    VirusScanner* scanner = nullptr;  // none: attachments are kept as they come, and marked so
  };
  using Listener =
      std::function<void(const std::string& contract, const std::string& ledger, const std::vector<Id>&)>;

  // of_contract: those of contracts that have ledgers or fields of their own; all others have `definitions`.
  Ledgers(Ground ground, Definitions definitions, ChoiceSource choices,
          std::map<std::string, Definitions, std::less<>> of_contract = {});

  void listen(Listener listener);  // before serving
  [[nodiscard]] const Definitions& definitions(std::string_view contract) const;
  [[nodiscard]] Result<const Definition*> definition(std::string_view contract,
                                                     std::string_view ledger) const;  // ledger.not_found
  [[nodiscard]] std::vector<Choice> choices(std::string_view contract, const Field& field) const;

  // Rows -----------------------------------------------------------------------------------------------
  Result<Row> get(const Reader& reader, std::string_view contract, std::string_view ledger, Id id);
  Result<Page> list(const Reader& reader, const ListQuery& query);
  Result<std::int64_t> count(std::string_view contract, std::string_view ledger);
  // Of all ledgers that have rows.
  Result<std::map<std::string, std::int64_t>> counts(std::string_view contract);
  // What runs out by its ledger's warning, the most urgent first.
  Result<std::vector<Expiring>> expiring(std::string_view contract, std::string_view today, int limit);
  // Indexes for the lists of ledgers that have many rows; those that are there stay. Returns how many there
  // are.
  Result<int> index_large();
  // Expiries of rows that were written before their ledger declared any. Call it before serving.
  Result<void> renew_expiries(std::span<const std::string> contracts);
  // Every fault of what a person fills in, for a form to show them all at once. Choices that only an approved
  // request enters are faults here; create() and change() take them, for they also serve the request.
  Result<std::vector<schema::Fault>> check(std::string_view contract, std::string_view ledger, Id id,
                                           const schema::Value& fields);
  Result<Row> create(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                     const schema::Value& fields, const std::string& why);
  // fields holds only what changes; null empties a field.
  Result<Row> change(const journal::Actor& by, std::string_view contract, std::string_view ledger, Id id,
                     std::int64_t version, const schema::Value& fields, const std::string& why);
  // The same within a transaction of the caller's, whose fate they share.
  Result<Row> create(store::Session& s, const journal::Actor& by, std::string_view contract,
                     std::string_view ledger, const schema::Value& fields, const std::string& why);
  // version 0: of whatever version the row is, for changes that no person made on a row he saw.
  Result<Row> change(store::Session& s, const journal::Actor& by, std::string_view contract,
                     std::string_view ledger, Id id, std::int64_t version, const schema::Value& fields,
                     const std::string& why);
  Result<void> remove(const journal::Actor& by, std::string_view contract, std::string_view ledger, Id id,
                      std::int64_t version, const std::string& why);
  Result<std::vector<Change>> history(const Reader& reader, std::string_view contract,
                                      std::string_view ledger, Id id);
  // What ids are called, for showing references; ids that are not there are left out.
  Result<std::map<Id, std::string>> titles(std::string_view contract, std::string_view ledger,
                                           std::vector<Id> ids);
  // Every row that is not deleted, for engines that keep their own picture; not a read by a person.
  Result<void> each(std::string_view contract, std::string_view ledger,
                    const std::function<void(Row&&)>& use);
  Result<std::optional<Row>> find(std::string_view contract, std::string_view ledger, Id id);

  // Import and export ----------------------------------------------------------------------------------
  // file: .xlsx or .csv by its content; name: what the person called it.
  Result<Import> plan(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                      const std::filesystem::path& file, const std::string& name, const Progress& progress);
  Result<Import> import(std::string_view contract, Id id);
  Result<std::vector<ImportRow>> import_rows(std::string_view contract, Id id, std::optional<Outcome> outcome,
                                             std::int64_t after_line, int limit);
  // What the rows that an import creates are called, by line.
  Result<std::map<std::int64_t, std::string>> import_titles(std::string_view contract, Id id,
                                                            std::vector<std::int64_t> lines);
  Result<Import> execute(const journal::Actor& by, std::string_view contract, Id id,
                         const Progress& progress);
  Result<Import> undo(const journal::Actor& by, std::string_view contract, Id id, const Progress& progress);
  Result<void> drop(const journal::Actor& by, std::string_view contract, Id id);
  enum class Format : unsigned char { xlsx, csv };
  Result<std::string> export_rows(const Reader& reader, const ListQuery& query, Format format);

  // Attachments ----------------------------------------------------------------------------------------
  Result<Attachment> attach(const journal::Actor& by, std::string_view contract, const std::string& name,
                            const std::string& type, std::string_view bytes);
  // An infected file is refused (ledger.attachment_infected), journaled and never stored. When the scanner
  // does not answer it is kept as waiting, for who sent it alone (asks: his account), until scan_waiting()
  // has seen it.
  Result<std::pair<Attachment, std::string>> attachment(std::string_view contract, Id id, Id asks = 0);
  // Returns how many were looked at; ledger.scanner_unavailable when it is still away.
  Result<int> scan_waiting(int at_most);
  // Uploads that nothing has referred to for a day. Returns how many went.
  Result<int> remove_unused(const AttachmentUse& used, int at_most);

 private:
  friend class Planner;
  struct Writing;
  Result<void> insert(store::Session& s, const Writing& w, Row& row);
  Result<void> update(store::Session& s, const Writing& w, const Row& before, Row& after);
  Result<void> erase(store::Session& s, const Writing& w, const Row& row);
  Result<void> write_keys(store::Session& s, const Writing& w, const Row& row);
  Result<void> write_expiry(store::Session& s, const Writing& w, const Row& row);
  Result<void> write_history(store::Session& s, const Writing& w, const Row& row,
                             const schema::Value& changes);
  Result<void> note_read(store::Session& s, const Reader& reader, const Definition& d,
                         std::string_view contract, const std::vector<Id>& ids, std::string_view how);
  Result<schema::Value> kept_fields(store::Session& s, std::string_view contract, const Definition& d,
                                    const schema::Value& given, const schema::Value& before,
                                    std::vector<schema::Fault>& faults, Id id,
                                    const Resolver* of_file = nullptr);
  Result<bool> reaches(store::Session& s, std::string_view field, Id from, Id to);
  Result<void> check_after_import(store::Session& s, const Writing& w);
  Resolver resolver(store::Session& s, std::string_view contract) const;
  void tell(store::Session& s, std::string_view contract, std::string_view ledger, std::vector<Id> ids);

  Ground at_;
  const Definitions definitions_;
  const std::map<std::string, Definitions, std::less<>> of_contract_;
  const ChoiceSource choices_;
  Guarded<std::vector<Listener>> listeners_;
  Guarded<std::set<std::string>> indexes_;  // that index_large() made, by name; on SQLite only
};

}  // namespace yagura::ledger
