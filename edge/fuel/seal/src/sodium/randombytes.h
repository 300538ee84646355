void randombytes_buf(void *to, unsigned long size); /* what calls it is linked nowhere */
