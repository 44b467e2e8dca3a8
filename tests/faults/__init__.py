"""What a running site must outlive: killed processes, lost services, a full disk, a clock set back."""
