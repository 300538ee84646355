/* What the compiler calls by itself. */
#include <stddef.h>

int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

int memcmp(const void *a, const void *b, size_t size) {
    const unsigned char *x = a, *y = b;
    for (; size > 0; size--, x++, y++)
        if (*x != *y) return *x - *y;
    return 0;
}

size_t strlen(const char *text) {
    size_t n = 0;
    while (text[n]) n++;
    return n;
}
