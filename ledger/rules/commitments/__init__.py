"""What neurons commit to in public: the pallet of commitments, as far as the chain has it beside the subnets."""
