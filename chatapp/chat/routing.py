from django.urls import path

from .consumers import TabConsumer

websocket_urlpatterns = [path("ws/", TabConsumer.as_asgi())]
