"""The Onboarding Workbench: see and move customers through Bakkt's account opening."""
