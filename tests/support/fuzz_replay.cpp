// Runs one fuzz target over the files of its corpus folder, so that every input that ever
// mattered is tried by the ordinary tests too. An empty or missing corpus is a failure.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  std::size_t ran = 0;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], missing)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++ran;
  }
  std::printf("%zu corpus files replayed\n", ran);
  return ran == 0 ? 1 : 0;
}
