int crypto_verify_32(const unsigned char *x, const unsigned char *y); /* what calls it is linked nowhere */
