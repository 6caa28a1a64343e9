// The screens (ui/dist), served from memory.
//
// Purpose: everything is read once; a request only looks a name up in a table, so no path can lead outside.
//          `name.js.br` and `name.js.gz` beside `name.js` are sent to who takes them. Files under assets/
//          with a hash in their name are cached for ever, the rest is asked for again by ETag.
//          A navigation (Accept: text/html) to an unknown path gets index.html: the screens have routes.
// Threads: immutable after load.
// Errors:  web.folder_unreadable (folder, reason), web.folder_too_large.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "web/server/request.hpp"
#include "web/server/response.hpp"

namespace yagura::web {

class StaticFiles : public std::enable_shared_from_this<StaticFiles> {
 public:
  struct File {
    std::string bytes;
    std::string content_type;
    std::string brotli;  // empty when there is none
    std::string gzip;
    std::string etag;
    bool immutable = false;
  };

  // Links are not followed; hidden files are left out. At most max_bytes in all.
  static Result<std::shared_ptr<const StaticFiles>> load(const std::filesystem::path& folder,
                                                         std::uint64_t max_bytes = 64U << 20);
  // From memory: names without leading slash to bytes.
  static std::shared_ptr<const StaticFiles> from(std::map<std::string, std::string> files);

  // GET and HEAD. Errors: web.not_found.
  [[nodiscard]] Result<Response> answer(const Request& request) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  std::map<std::string, File, std::less<>> files_;
};

std::string_view content_type_of(std::string_view file_name);

}  // namespace yagura::web
