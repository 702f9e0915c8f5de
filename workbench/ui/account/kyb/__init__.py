"""The KYB of one business."""
