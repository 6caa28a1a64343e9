#include "log_search/export_proof.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "log_search/plain_value.hpp"
#include "log_search/proof_text.hpp"

namespace yagura::log_search {

namespace es = eventstore;

namespace {

// A spreadsheet's guard may change what begins so (document/csv.hpp).
bool may_be_guarded(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r\n").contains(text[0]);
}

// seals.txt as it is written, with the sum of its lines.
class ProofFile {
 public:
  explicit ProofFile(const std::filesystem::path& path) : path_(path), out_(path, std::ios::binary) {
    YAGURA_ASSERT(EVP_DigestInit_ex(sum_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(std::string_view text) {
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
    YAGURA_ASSERT(EVP_DigestUpdate(sum_.get(), text.data(), text.size()) == 1);
  }
  Result<void> end() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    YAGURA_ASSERT(EVP_DigestFinal_ex(sum_.get(), digest, &length) == 1);
    out_ << proof_end(to_hex({reinterpret_cast<const char*>(digest), length}));
    out_.close();
    if (!out_) return fail("log_search.file_not_written", {{"file", path_.string()}});
    return {};
  }

 private:
  struct Freed {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  const std::filesystem::path path_;
  std::ofstream out_;
  std::unique_ptr<EVP_MD_CTX, Freed> sum_{EVP_MD_CTX_new()};
};

}  // namespace

void ExportProof::note(const es::Event& event) {
  const auto& kind = *event.kind;
  Noted row{.kind = &kind,
            .time = to_micros(event.at),
            .source = {},
            .fields = es::sealed_fields(kind, event.cells),
            .shown_otherwise = {},
            .day = {}};
  for (std::size_t f = 0; f < event.cells.size(); ++f) {
    const auto* text = std::get_if<std::string_view>(&event.cells[f]);
    if (!text) continue;
    if (kind.fields[f].name == kind.source) row.source = *text;
    if (may_be_guarded(*text) || plain_value(*text) != *text)
      row.shown_otherwise += "cell " + proof_word(kind.fields[f].name) + " " + proof_word(*text) + "\n";
  }
  rows_.push_back(std::move(row));
}

// Rows of one kind that were received on that day.
Result<void> ExportProof::match(const es::Kind& kind, const SealedDay& sealed, std::string& out) {
  std::vector<es::SourceProof> proofs;
  for (const auto& row : rows_)
    if (row.kind == &kind && !row.day) {
      es::SourceProof one;
      one.source = row.source;
      proofs.push_back(std::move(one));
    }
  std::ranges::sort(proofs, {}, &es::SourceProof::source);
  proofs.erase(std::ranges::unique(proofs, {}, &es::SourceProof::source).begin(), proofs.end());
  if (const auto proved = seals_.prove(contract_, sealed, proofs); !proved) {
    if (proved.error().code == "log_search.seals_not_here") return {};
    if (proved.error().code != "log_search.seal_broken" && proved.error().code != "eventstore.damaged")
      return proved;
    broken_.push_back(kind.kind + " " + calendar::format_date(sealed.day));
    return {};
  }
  std::set<std::string_view> used;
  const auto day = sealed.day.time_since_epoch().count();
  for (auto& row : rows_) {
    if (row.kind != &kind || row.day) continue;
    const auto at = std::ranges::lower_bound(proofs, row.source, {}, &es::SourceProof::source);
    const auto digest = es::digest_of(kind, contract_, day, row.time, std::string_view(row.fields));
    if (!std::ranges::binary_search(at->events, digest)) continue;
    row.day = sealed.day;
    used.insert(at->source);
  }
  if (used.empty()) return {};
  out += proof_seal(sealed);
  for (const auto& one : proofs)
    if (used.contains(one.source)) out += proof_source(one);
  return {};
}

Result<void> ExportProof::match_kind(const es::Kind& kind, const std::function<bool()>& go_on,
                                     std::string& out) {
  std::int64_t first = INT64_MAX, last = INT64_MIN;
  for (const auto& row : rows_)
    if (row.kind == &kind) {
      first = std::min(first, row.time);
      last = std::max(last, row.time);
    }
  YAGURA_TRY(const auto days, seals_.days_of(contract_, kind.kind, from_micros(first), from_micros(last)));
  for (const auto& sealed : days) {
    if (std::ranges::all_of(rows_, [&](const Noted& r) { return r.kind != &kind || r.day.has_value(); }))
      break;
    if (!go_on()) return fail("log_search.export_stopped");
    YAGURA_CHECK(match(kind, sealed, out));
  }
  return {};
}

Result<std::int64_t> ExportProof::write(const std::filesystem::path& path, const Columns& columns,
                                        const std::function<bool()>& go_on) {
  ProofFile file(path);
  file.add(proof_head(contract_));
  for (const auto& [name, title] : columns)
    file.add("column " + proof_word(name) + " " + proof_word(title) + "\n");
  std::set<const es::Kind*> kinds;
  for (const auto& row : rows_) kinds.insert(row.kind);
  for (const auto* kind : kinds) {
    file.add(proof_kind(*kind));
    std::string proofs;
    YAGURA_CHECK(match_kind(*kind, go_on, proofs));
    file.add(proofs);
  }
  std::int64_t proved = 0;
  for (const auto& row : rows_) {
    proved += row.day ? 1 : 0;
    file.add("row " + proof_word(row.kind->kind) + " " + (row.day ? calendar::format_date(*row.day) : "-") +
             " " + std::to_string(row.time) + "\n" + row.shown_otherwise);
  }
  YAGURA_CHECK(file.end());
  return proved;
}

}  // namespace yagura::log_search
