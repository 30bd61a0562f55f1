/*
 * The yardstick: a program built as the hook is, which does nothing. What it costs is what any hook
 * costs.
 */
int main(void) { return 0; }
