"""The onboarding funnel."""
