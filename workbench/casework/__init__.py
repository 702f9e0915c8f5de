"""What people do that sends nothing to Bakkt: KYB rulings, handing a link over, the Customer Information Form."""
