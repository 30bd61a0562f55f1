#include "gate/guarded_domain.h"

#include <string.h>

/* 16 bytes to 8-4-4-4-12 digits. */
static void write_uuid(char digits[UUID_LENGTH], const unsigned char bytes[16]) {
  static const char hexadecimal[] = "0123456789abcdef";
  size_t used = 0;
  for (size_t i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      digits[used++] = '-';
    }
    digits[used++] = hexadecimal[bytes[i] >> 4];
    digits[used++] = hexadecimal[bytes[i] & 0xf];
  }
}

static bool is(const struct lock_parameter *parameter, const char *key, int type) {
  return parameter->key != NULL && strcmp(parameter->key, key) == 0 && parameter->type == type;
}

void guarded_domain_read(struct guarded_domain *domain, const struct lock_parameter *parameters,
                         size_t count) {
  memset(domain, 0, sizeof *domain);
  if (parameters == NULL) {
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const struct lock_parameter *parameter = &parameters[i];
    if (is(parameter, "name", LOCK_PARAMETER_STRING) && parameter->value.string != NULL) {
      const size_t length = strnlen(parameter->value.string, sizeof domain->name - 1);
      memcpy(domain->name, parameter->value.string, length);
      domain->name[length] = '\0';
    }
    if (is(parameter, "uuid", LOCK_PARAMETER_UUID)) {
      write_uuid(domain->uuid, parameter->value.uuid);
      domain->has_uuid = true;
    }
  }
}
