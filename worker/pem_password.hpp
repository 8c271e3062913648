#pragma once

namespace worker {

/// A pem_password_cb of OpenSSL that gives the text `password`, which ends with a zero, and fails where that
/// is null: without one OpenSSL would ask the terminal.
int give_pem_password(char* into, int room, int writing, void* password);

}  // namespace worker
