// A folder as one tar file: POSIX ustar, which every system unpacks without us.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "ledger/handover_exports.hpp"

namespace yagura::ledger {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t block = 512, piece = 256 * 1024, longest_name = 100, longest_prefix = 155;
constexpr std::uint64_t largest = (std::uint64_t{1} << 33) - 1;  // eleven octal digits

class Packer {
 public:
  explicit Packer(const fs::path& file)
      : out_(file, std::ios::binary), hash_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr);
  }
  void write(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    EVP_DigestUpdate(hash_.get(), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void fill_block() {
    if (const auto over = size_ % block; over != 0) write(std::string(block - over, '\0'));
  }
  Result<PackedFolder> finish() {
    write(std::string(2 * block, '\0'));
    out_.flush();
    if (!out_) return fail("handover.file_not_written", {{"file", "tar"}});
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(hash_.get(), digest.data(), &length);
    std::string sum;
    for (unsigned i = 0; i < length; ++i) sum += fmt::format("{:02x}", digest[i]);
    return PackedFolder{static_cast<std::int64_t>(size_), sum};
  }
  [[nodiscard]] bool good() const { return out_.good(); }

 private:
  std::ofstream out_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash_;
  std::uint64_t size_ = 0;
};

// The header of a file: names longer than its field are parted at a slash.
Result<std::string> header(const std::string& name, std::uint64_t size) {
  std::string prefix, rest = name;
  if (rest.size() > longest_name) {
    const auto at = name.find('/', name.size() - longest_name - 1);
    if (at == std::string::npos || at > longest_prefix)
      return fail("handover.file_not_written", {{"file", name}});
    prefix = name.substr(0, at);
    rest = name.substr(at + 1);
  }
  if (size > largest) return fail("handover.file_not_written", {{"file", name}});
  std::string out(block, '\0');
  const auto put = [&](std::size_t at, std::string_view text) {
    std::ranges::copy(text, out.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(0, rest);
  put(100, "0000600");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", size));
  put(136, fmt::format("{:011o}", 0));
  put(148, "        ");
  put(156, "0");
  put(257, std::string_view("ustar\0"
                            "00",
                            8));
  put(345, prefix);
  unsigned sum = 0;
  for (const char c : out) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum));
  out[154] = '\0';
  out[155] = ' ';
  return out;
}

}  // namespace

Result<PackedFolder> pack_folder(const fs::path& folder, const fs::path& file,
                                 const HandoverExports::Step& step) {
  std::vector<std::pair<std::string, std::uint64_t>> files;
  std::uint64_t all = 0, done = 0;
  std::error_code ec;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ec)) {
    if (!entry.is_regular_file(ec)) continue;
    files.emplace_back(entry.path().lexically_relative(folder).generic_string(), entry.file_size(ec));
    all += files.back().second;
  }
  if (ec) return fail("handover.file_not_written", {{"file", folder.string()}});
  std::ranges::sort(files);
  Packer packer(file);
  std::string buffer(piece, '\0');
  for (const auto& [name, size] : files) {
    YAGURA_TRY(const auto head, header(name, size));
    packer.write(head);
    std::ifstream in(folder / name, std::ios::binary);
    for (std::uint64_t left = size; left > 0;) {
      const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece));
      in.read(buffer.data(), static_cast<std::streamsize>(want));
      if (static_cast<std::size_t>(in.gcount()) != want || !packer.good())
        return fail("handover.file_not_written", {{"file", name}});
      packer.write(std::string_view(buffer).substr(0, want));
      left -= want;
      done += want;
      if (!step(all == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(all)))
        return fail("handover.stopped");
    }
    packer.fill_block();
  }
  return packer.finish();
}

}  // namespace yagura::ledger
