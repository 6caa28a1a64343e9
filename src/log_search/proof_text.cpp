#include "log_search/proof_text.hpp"

#include <fmt/format.h>

namespace yagura::log_search {

std::string proof_word(std::string_view bytes) {
  if (bytes.empty()) return "%";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && c != '%')
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string proof_head(std::string_view contract) {
  return "yagura-events 1\ncontract " + proof_word(contract) + "\n";
}

std::string proof_kind(const eventstore::Kind& kind) {
  std::string out =
      "kind " + proof_word(kind.kind) + " " + proof_word(kind.ja) + " " + proof_word(kind.source);
  for (const auto& field : kind.fields) out += " " + proof_word(field.name);
  return out + "\n";
}

std::string proof_seal(const SealedDay& s) {
  return fmt::format("seal {} {} {} {} {} {}\n", proof_word(s.kind), calendar::format_date(s.day), s.events,
                     s.sources, s.root, s.entry);
}

std::string proof_source(const eventstore::SourceProof& proof) {
  auto out = fmt::format("source {} {} {}\n", proof_word(proof.source), proof.place, proof.places);
  for (const auto& one : proof.events) out += "hash " + eventstore::to_hex(one) + "\n";
  for (const auto& one : proof.path) out += "path " + eventstore::to_hex(one) + "\n";
  return out;
}

std::string proof_end(std::string_view sha256_hex) { return "end " + std::string(sha256_hex) + "\n"; }

}  // namespace yagura::log_search
