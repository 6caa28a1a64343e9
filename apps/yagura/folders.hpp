// Where the program finds what it was installed with.
//
// Order: the environment (YAGURA_SHARE, YAGURA_PACKS), the working folder, the tree the program was built in,
//        /usr/local/share/yagura, /usr/share/yagura.
// Threads: call before others start (reads the environment).
#pragma once

#include <filesystem>
#include <string>

namespace yagura::apps {

// The folder share/ (errors, trap kinds, …); empty when it is nowhere.
std::filesystem::path share_folder();
// The folder of a pack: a path as given, or a name under packs/.
std::filesystem::path pack_folder(const std::string& path_or_name);
// The folder packs/; empty when it is nowhere.
std::filesystem::path packs_folder();

}  // namespace yagura::apps
