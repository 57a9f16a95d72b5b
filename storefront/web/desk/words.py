"""What is said on more than one page of the desk."""

from storefront.phrases import marked

AGREED = {"agreed": marked("Thank you. The owner has been told.")}
