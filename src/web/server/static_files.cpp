#include "web/server/static_files.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "web/server/headers.hpp"

namespace yagura::web {
namespace {

using Type = std::pair<std::string_view, std::string_view>;
constexpr std::array<Type, 16> kTypes{{
    {".html", kHtml},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", kJson},
    {".map", kJson},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", kText},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
}};

std::string etag_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return "\"" + to_hex({reinterpret_cast<const char*>(digest.data()), 12}) + "\"";
}

// Vite's names: assets/index-Dk3f9QaZ.js
bool has_hash(std::string_view name) {
  if (!name.starts_with("assets/")) return false;
  const auto file = name.substr(name.rfind('/') + 1);
  const auto dash = file.rfind('-');
  const auto dot = file.find('.', dash == std::string_view::npos ? 0 : dash);
  return dash != std::string_view::npos && dot != std::string_view::npos && dot - dash - 1 >= 8;
}

// Whether an encoding stands in Accept-Encoding and is not refused by q=0 (RFC 9110 12.5.3).
bool takes(std::string_view accept_encoding, std::string_view encoding) {
  for (const auto raw : split(accept_encoding, ',')) {
    const auto item = trim(raw);
    const auto semicolon = item.find(';');
    if (!same_name(trim(item.substr(0, semicolon)), encoding)) continue;
    if (semicolon == std::string_view::npos) return true;
    const auto weight = trim(item.substr(semicolon + 1));
    return weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  for (const auto raw : split(if_none_match, ',')) {
    auto tag = trim(raw);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

Response answer_file(const Request& request, const StaticFiles::File& file,
                     const std::shared_ptr<const void>& owner) {
  Response response;
  // Weak: one tag for the plain and the compressed forms.
  response.headers.add("ETag", "W/" + file.etag);
  response.headers.add("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (!file.brotli.empty() || !file.gzip.empty()) response.headers.add("Vary", "Accept-Encoding");
  if (etag_matches(request.headers.get("If-None-Match"), file.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", file.content_type);
  const auto accepted = request.headers.get("Accept-Encoding");
  const std::string* bytes = &file.bytes;
  if (!file.brotli.empty() && takes(accepted, "br")) {
    bytes = &file.brotli;
    response.headers.add("Content-Encoding", "br");
  } else if (!file.gzip.empty() && takes(accepted, "gzip")) {
    bytes = &file.gzip;
    response.headers.add("Content-Encoding", "gzip");
  }
  response.body = Response::SharedText(owner, bytes);
  return response;
}

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  for (const auto& [ending, type] : kTypes)
    if (file_name.ends_with(ending)) return type;
  return "application/octet-stream";
}

std::shared_ptr<const StaticFiles> StaticFiles::from(std::map<std::string, std::string> files) {
  auto made = std::make_shared<StaticFiles>();
  for (auto& [name, bytes] : files) {
    const auto base = name.substr(0, name.rfind('.'));
    if (name.ends_with(".br") && files.contains(base)) {
      made->files_[base].brotli = bytes;
    } else if (name.ends_with(".gz") && files.contains(base)) {
      made->files_[base].gzip = bytes;
    } else {
      auto& file = made->files_[name];
      file.content_type = content_type_of(name);
      file.etag = etag_of(bytes);
      file.immutable = has_hash(name);
      file.bytes = bytes;
    }
  }
  return made;
}

Result<std::shared_ptr<const StaticFiles>> StaticFiles::load(const std::filesystem::path& folder,
                                                             std::uint64_t max_bytes) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::map<std::string, std::string> files;
  std::uint64_t total = 0;
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    if (entry->is_symlink(error) || !entry->is_regular_file(error)) continue;
    std::ifstream in(entry->path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) return fail("web.folder_unreadable", {{"folder", folder.string()}, {"reason", name}});
    total += bytes.size();
    if (total > max_bytes)
      return fail("web.folder_too_large",
                  {{"folder", folder.string()}, {"limit", std::to_string(max_bytes)}});
    files.emplace(fs::relative(entry->path(), folder, error).generic_string(), std::move(bytes));
  }
  if (error) return fail("web.folder_unreadable", {{"folder", folder.string()}, {"reason", error.message()}});
  return from(std::move(files));
}

Result<Response> StaticFiles::answer(const Request& request) const {
  const std::shared_ptr<const void> owner =
      shared_from_this();  // a new table may come while this one is sent
  const auto name = std::string_view(request.path).substr(1);
  if (const auto found = files_.find(name.empty() ? "index.html" : name); found != files_.end())
    return answer_file(request, found->second, owner);
  const bool navigation = request.headers.get("Accept").find("text/html") != std::string_view::npos &&
                          !request.path.starts_with("/api/") &&
                          name.substr(name.rfind('/') + 1).find('.') == std::string_view::npos;
  if (const auto index = files_.find("index.html"); navigation && index != files_.end())
    return answer_file(request, index->second, owner);
  return fail("web.not_found");
}

}  // namespace yagura::web
