#include "pipeline/reply_codec.hpp"

#include <utility>

#include "pipeline/embedding_reply.hpp"
#include "pipeline/generation_reply.hpp"
#include "pipeline/response_reply.hpp"

namespace pipeline {

result<reply> read_reply(const request& ask, shared_bytes body)
{
    switch (ask.form->asks) {
        case config::operation::embeddings: return read_embedding_reply(ask, std::move(body));
        case config::operation::completions:
        case config::operation::chat: return read_generation_reply(ask, std::string{body.view()});
        case config::operation::responses: return read_response_reply(ask, std::string{body.view()});
    }
    return failure{errc::transient, "unknown operation"};
}

}  // namespace pipeline
