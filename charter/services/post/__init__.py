"""What leaves by mail and webhook: kept first, sent later."""
