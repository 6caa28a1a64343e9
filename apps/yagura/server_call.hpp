// One request of the command line to a running server, as a program with an API token.
//
// Rules:   HTTPS with certificate and name verified (--ca names the certificate a server made for itself); no
//          redirects, no proxy of the environment. The token comes from a file or the environment, never
//          from the command line, where every user of the machine reads it.
// Errors:  apps.server_unreachable (why), apps.server_refused (detail, advice), apps.token_missing,
//          apps.file_missing (file), apps.option_missing; those of schema.
// Threads: any; blocks until the answer is there.
#pragma once

#include <functional>
#include <string>

#include "schema/value.hpp"
#include "yagura/arguments.hpp"

namespace yagura::apps {

struct ServerAddress {
  std::string address;  // https://yagura.example.jp:8443
  std::string ca_file;  // "": the system's
  std::string token;
};
inline constexpr std::string_view server_option = "server", ca_option = "ca", token_option = "token-file";

// --server or YAGURA_SERVER; --ca or YAGURA_CA; --token-file or YAGURA_TOKEN.
Result<ServerAddress> server_of(const Arguments& given);

// POST of a body (GET when it is null) to /api/v1/PATH; each line of the answer as it comes. Answers with
// false to stop.
using TakeLine = std::function<Result<bool>(const std::string& line)>;
Result<void> ask_server(const ServerAddress& server, const std::string& path, const schema::Value& body,
                        const TakeLine& take);
// The whole answer as JSON.
Result<schema::Value> ask_server(const ServerAddress& server, const std::string& path,
                                 const schema::Value& body);

}  // namespace yagura::apps
