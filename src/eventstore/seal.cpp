#include "eventstore/seal.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

Digest sha256(std::string_view bytes) {
  Digest out;
  YAGURA_ASSERT(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return out;
}
std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest leaf_of(std::string_view source, std::span<const Digest> events) {
  LeafHash out(source);
  for (const auto& one : events) out.add(one);
  return out.end();
}
Digest node_of(const Digest& left, const Digest& right) {
  std::string bytes(1, '\1');
  bytes += view(left);
  bytes += view(right);
  return sha256(bytes);
}
// RFC 6962 2.1: the largest power of two below n leaves stands on the left.
std::size_t left_of(std::size_t n) { return std::bit_floor(n - 1); }

std::optional<Digest> climbed(const Digest& leaf, std::size_t place, std::size_t places,
                              std::span<const Digest> path) {
  if (places <= 1) return path.empty() ? std::optional(leaf) : std::nullopt;
  if (path.empty()) return std::nullopt;
  const auto left = left_of(places);
  const auto below = place < left ? climbed(leaf, place, left, path.first(path.size() - 1))
                                  : climbed(leaf, place - left, places - left, path.first(path.size() - 1));
  if (!below) return std::nullopt;
  return place < left ? node_of(*below, path.back()) : node_of(path.back(), *below);
}

}  // namespace

LeafHash::LeafHash(std::string_view source) : context_(EVP_MD_CTX_new()) {
  YAGURA_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  std::string bytes(1, '\0');
  put_text(bytes, source);
  YAGURA_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}
void LeafHash::add(const Digest& event) {
  YAGURA_ASSERT(EVP_DigestUpdate(context_.get(), event.data(), event.size()) == 1);
}
Digest LeafHash::end() {
  Digest out;
  YAGURA_ASSERT(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
  return out;
}
void LeafHash::Freed::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

Digest root_of(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves.front();
  const auto left = left_of(leaves.size());
  return node_of(root_of(leaves.first(left)), root_of(leaves.subspan(left)));
}
void path_of(std::span<const Digest> leaves, std::size_t place, std::vector<Digest>& out) {
  if (leaves.size() <= 1) return;
  const auto left = left_of(leaves.size());
  if (place < left) {
    path_of(leaves.first(left), place, out);
    out.push_back(root_of(leaves.subspan(left)));
  } else {
    path_of(leaves.subspan(left), place - left, out);
    out.push_back(root_of(leaves.first(left)));
  }
}
std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const auto byte : digest) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

// Only what is not empty, by name: a field that the kind gains later changes nothing.
std::string sealed_fields(const Kind& kind, std::span<const Event::Cell> cells) {
  std::string bytes;
  for (std::size_t f = 0; f < cells.size(); ++f) {
    if (const auto* number = std::get_if<std::int64_t>(&cells[f])) {
      if (*number == 0) continue;
      put_text(bytes, kind.fields[f].name);
      put_text(bytes, std::to_string(*number));
    } else if (const auto text = std::get<std::string_view>(cells[f]); !text.empty()) {
      put_text(bytes, kind.fields[f].name);
      put_text(bytes, text);
    }
  }
  return bytes;
}

Digest digest_of(const Kind& kind, std::string_view contract, std::int64_t day, std::int64_t time,
                 std::string_view fields) {
  std::string bytes;
  put_text(bytes, contract);
  put_text(bytes, kind.kind);
  put_signed(bytes, day);
  put_signed(bytes, time);
  bytes += fields;
  return sha256(bytes);
}

Digest digest_of(const Kind& kind, std::string_view contract, std::int64_t day, std::int64_t time,
                 std::span<const Event::Cell> cells) {
  return digest_of(kind, contract, day, time, sealed_fields(kind, cells));
}

bool proves(const SourceProof& proof, const Digest& root) {
  if (proof.place >= proof.places || !std::ranges::is_sorted(proof.events)) return false;
  const auto climb = climbed(leaf_of(proof.source, proof.events), proof.place, proof.places, proof.path);
  return climb && *climb == root;
}

}  // namespace yagura::eventstore
